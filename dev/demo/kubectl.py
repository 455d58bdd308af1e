"""kubectl against the one cluster that was named, as a user would call it."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.demo.broken import Broken


@dataclass(frozen=True)
class Kubectl:
    """Runs `program` with the options that name the cluster."""

    program: Path
    cluster: Sequence[str]

    def __call__(self, *args: str, stdin: str | None = None) -> str:
        """Return what was printed. Raises Broken with what kubectl said."""
        command = [str(self.program), *self.cluster, *args]
        done = subprocess.run(command, input=stdin, stdin=None if stdin else subprocess.DEVNULL, **_CAPTURE)
        if done.returncode:
            raise Broken(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return str(done.stdout)

    def apply(self, *objects: Any) -> None:
        """Apply objects, whoever wrote them before."""
        text = "\n---\n".join(json.dumps(o) for o in objects)
        self("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=text)


_CAPTURE: dict[str, Any] = {"capture_output": True, "text": True}
