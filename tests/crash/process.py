"""The operator as a process of its own, that is killed and started again."""

import asyncio
import os
import signal
import sys
from abc import ABC, abstractmethod
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAIRLEAD = ("fairlead",)


class Running(ABC):
    """An operator, wherever it runs."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def kill(self) -> None:
        """End it, if it runs, and wait until it is gone."""

    async def crash(self) -> None:
        """Kill it, and start it again, as a kubelet would."""
        await self.kill()
        await self.start()

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Whether it ended by itself."""

    @property
    @abstractmethod
    def log(self) -> str: ...


class Process(Running):
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

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.returncode is not None

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""
