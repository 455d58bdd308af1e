"""An event loop in virtual time: when nothing is ready, it is at once as late as the next timer.

Nothing real is ever waited for: no socket, no file, no process, no thread. So a run depends on nothing but its program
and its seeds. What is written for asyncio runs in it unchanged.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NoReturn, TypeVar, TypeVarTuple

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class RealWorld(RuntimeError):
    """Somebody tried to reach out of the simulation. The message says what for."""


class NothingWillHappen(RuntimeError):
    """All that is left waits, and no timer is set. The message names the tasks that wait."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time begins at 0 and passes only where all tasks wait."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        self._is_made = False
        super().__init__(_Leap(self._pass, self._is_real))
        self._is_made = True

    def time(self) -> float:
        """Return the seconds that have passed in virtual time."""
        return self._passed_s

    # What a thread would do is done at once: it has no time of its own.
    def run_in_executor(self, _executor: Any, func: Callable[[*Ts], R], *args: *Ts) -> asyncio.Future[R]:
        """Call `func` now, and return what came of it."""
        done: asyncio.Future[R] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Do nothing: who runs a simulation may stop it, but nobody in it can send a signal."""

    def remove_signal_handler(self, sig: int) -> bool:  # noqa: ARG002
        """Do nothing, as there is none."""
        return False

    async def getaddrinfo(self, host: Any, *_: Any, **__: Any) -> NoReturn:
        """Refuse: names are found in the network."""
        raise RealWorld(f"virtual time has no network: the address of {host} was asked for")

    async def sock_connect(self, _sock: Any, address: Any) -> NoReturn:
        """Refuse: there is nobody to connect to."""
        raise RealWorld(f"virtual time has no network: a connection to {address} was asked for")

    async def create_server(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: nobody would come."""
        raise RealWorld("virtual time has no network: a server was to be started")

    async def subprocess_exec(self, *command: Any, **__: Any) -> NoReturn:
        """Refuse: processes have real time."""
        raise RealWorld(f"virtual time has no processes: {command[1:]} was to be started")

    def _pass(self, seconds: float | None) -> None:
        if seconds is None:
            waiting = "; ".join(sorted(map(_said, asyncio.all_tasks(self))))
            raise NothingWillHappen(f"nothing will ever happen: {waiting or 'no task is left'}")
        self._passed_s += seconds

    def _is_real(self) -> bool:
        # The loop's own pipe, by which threads would wake it, is made while it is made.
        return self._is_made


def run(main: Coroutine[Any, Any, R]) -> R:
    """Run a simulation to its end, as asyncio.run does. Raises what it raises."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def _said(task: asyncio.Task[Any]) -> str:
    frames = task.get_stack(limit=1)
    where = f" in {frames[0].f_code.co_qualname}" if frames and hasattr(frames[0].f_code, "co_qualname") else ""
    return f"{task.get_name()} waits{where}"


class _Leap(selectors.BaseSelector):
    """Waits by letting time pass. Nothing can be registered but what belongs to the loop itself."""

    def __init__(self, pass_s: Callable[[float | None], None], is_real: Callable[[], bool]) -> None:
        self._pass_s = pass_s
        self._is_real = is_real
        self._own: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        if self._is_real():
            raise RealWorld(f"virtual time waits for nothing real: {fileobj} was to be waited for")
        descriptor = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        self._own[fileobj] = selectors.SelectorKey(fileobj, descriptor, events, data)
        return self._own[fileobj]

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._own.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self._pass_s(timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._own
