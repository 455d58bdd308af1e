"""The operator as a process of its own, that is killed and started again."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Protocol

import yaml

ROOT = Path(__file__).parents[2]
FAIRLEAD = ("fairlead",)


def kubeconfig(folder: Path, server: str, namespace: str) -> Path:
    """Write a kubeconfig that leads to the proxy, and to nothing else."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "proxy",
        "clusters": [{"name": "proxy", "cluster": {"server": server}}],
        "users": [{"name": "proxy", "user": {}}],
        "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy", "namespace": namespace}}],
    }
    file = folder / f"{namespace}.kubeconfig"
    file.write_text(yaml.safe_dump(config))
    return file


class Running(Protocol):
    """An operator, wherever it runs."""

    async def start(self) -> None: ...

    async def kill(self) -> None:
        """End it, if it runs, and wait until it is gone."""

    async def crash(self) -> None:
        """Kill it, and start it again, as a kubelet would."""

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""

    @property
    def log(self) -> str: ...


class Process:
    """One operator. `module` is what is run, with arguments of its own before those of the operator."""

    def __init__(self, config: Path, *, module: tuple[str, ...] = FAIRLEAD, lease: bool = False) -> None:
        leader = () if lease else ("--no-leader-election",)
        ports = ("--metrics-port=0", "--health-port=0")
        flags = (f"--kubeconfig={config}", *ports, "--log-level=debug", *leader)
        self._command = (sys.executable, "-m", *module, "operator", *flags)
        self._log = config.with_suffix(".log")
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def start(self) -> None:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=env, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL
            )
        self.starts += 1

    async def kill(self) -> None:
        """Kill it without a warning, if it runs, and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()

    async def crash(self) -> None:
        """Kill it, and start it again, as a kubelet would."""
        await self.kill()
        await self.start()

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.returncode is not None

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""
