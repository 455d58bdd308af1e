"""The network of a simulation: who listens where, and GET requests to them, which take no socket."""

import asyncio
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network
from urllib.parse import urlsplit

from fairlead.adapters.http.get import Got, NoAnswer

Answer = Callable[[str], Got]
"""Answers a GET request for a path."""
FIRST_PORT = 30000
NET = IPv4Network("10.128.0.0/16")


class Network:
    """Hosts by address and port, and a Get that reaches them."""

    def __init__(self) -> None:
        self._listening: dict[tuple[str, int], Answer] = {}
        self._next_port = FIRST_PORT
        self._addresses = NET.hosts()

    def new_address(self) -> str:
        """Return an address that nobody has."""
        return str(next(self._addresses))

    async def listen(self, host: str, port: int, answer: Answer) -> int:
        """Let somebody answer at a port, 0 for any; return which."""
        if not port:
            port, self._next_port = self._next_port, self._next_port + 1
        self._listening[host, port] = answer
        return port

    async def close(self, host: str, port: int) -> None:
        """Let nobody answer there any more."""
        del self._listening[host, port]

    async def __call__(self, url: str, headers: Mapping[str, str], *, timeout_s: float, max_bytes: int) -> Got:  # noqa: ARG002
        """See Get."""
        # Others run meanwhile, as they do when something is sent.
        await asyncio.sleep(0)
        where = urlsplit(url)
        answer = self._listening.get((where.hostname or "", where.port or 80))
        if answer is None:
            raise NoAnswer("Refused", "takes no connection: nobody listens there")
        got = answer(where.path)
        return Got(got.status, got.headers, got.body[:max_bytes], is_whole=len(got.body) <= max_bytes)
