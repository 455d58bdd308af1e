"""The sessions of kubectl, with controllers played beside it."""

import asyncio
from pathlib import Path

from dev.cluster import programs
from tests.contract.api.client import run
from tests.contract.api.recording.player import playing
from tests.contract.api.sessions import MORE, SESSIONS, furnish

NAMES = (*SESSIONS, *MORE)


async def session(name: str, kubeconfig: Path, folder: Path) -> None:
    """Give the commands one after the other."""
    program = await asyncio.to_thread(programs.kubernetes) / "kubectl"
    namespace = f"recorded-{name}"
    await asyncio.to_thread(furnish, folder)
    await run(program, kubeconfig, folder, ("create", "ns", namespace))
    async with playing(kubeconfig, namespace):
        for command in {**SESSIONS, **MORE}[name]:
            print(await run(program, kubeconfig, folder, (*command.split(), "-n", namespace)), flush=True)
