"""An unchanged client as a program of its own: kubectl, helm."""

import asyncio
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from tests.contract.api.sessions import MANIFEST

PATIENCE_S = 60.0


async def run(program: Path, kubeconfig: Path, home: Path, arguments: Sequence[str]) -> str:
    """Return what it prints and how it ends. What it reads from its input is the manifest of the sessions."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "KUBECONFIG": str(kubeconfig),
            "KUBE_EDITOR": "sed -i s/v$/z/",
        },
    )
    told, _ = await asyncio.wait_for(process.communicate(MANIFEST.encode()), PATIENCE_S)
    return f"$ {program.name} {shlex.join(arguments)}\n{told.decode()}(exit {process.returncode})\n"
