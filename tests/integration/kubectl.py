"""kubectl against one API server, as a user would call it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kubectl:
    """Runs `program` with one kubeconfig and nothing else of the user's environment."""

    program: Path
    kubeconfig: Path

    def run(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *args],
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            timeout=60,
            env={"KUBECONFIG": str(self.kubeconfig), "HOME": str(self.kubeconfig.parent), "PATH": os.environ["PATH"]},
        )

    def __call__(self, *args: str, stdin: str = "") -> str:
        """Return what was printed; a failure is an error."""
        done = self.run(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def apply(self, *objects: dict[str, Any]) -> str:
        return self("apply", "-f", "-", stdin="\n---\n".join(json.dumps(o) for o in objects))

    def refusal(self, *args: str, stdin: str = "") -> str:
        """Return the message with which the API server refuses."""
        done = self.run(*args, stdin=stdin)
        assert done.returncode != 0, f"accepted: {done.stdout}"
        return done.stderr

    def refusal_of(self, resource: dict[str, Any]) -> str:
        return self.refusal("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(resource))

    def get(self, *args: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("get", *args, "-o", "json"))
        return found
