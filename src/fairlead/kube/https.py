"""The transport to an API server on the network: aiohttp, with connections on which a dead peer is noticed."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from fairlead.kube.config import ClusterConfig
from fairlead.kube.transport import Received, Sent, Unreached

CONNECT_TIMEOUT_S = 5.0
#: A peer that does not answer is given up after 25 s (seconds; TCP_USER_TIMEOUT in ms; not every system has all).
KEEP_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


class Https:
    """One API server, by its configuration."""

    def __init__(self, config: ClusterConfig) -> None:
        self._server, self._server_name = config.server, config.server_name
        connector = aiohttp.TCPConnector(
            limit=0, ssl=config.tls or True, keepalive_timeout=60, socket_factory=_patient_socket
        )
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        # aiohttp sends a PUT or DELETE again where a kept connection turns out to be closed: it may have been done.
        self._session._retry_connection = False

    @asynccontextmanager
    async def open(self, sent: Sent) -> AsyncIterator[Received]:
        """See Transport."""
        limits = aiohttp.ClientTimeout(total=sent.within_s, sock_connect=CONNECT_TIMEOUT_S, sock_read=sent.silence_s)
        try:
            async with self._session.request(
                sent.method,
                self._server + sent.path,
                params=sent.query,
                headers=sent.headers,
                data=sent.body,
                timeout=limits,
                server_hostname=self._server_name,
                allow_redirects=False,
            ) as answer:
                yield Received(answer.status, answer.headers, answer.content.iter_any())
        except (aiohttp.ClientError, OSError) as error:
            is_sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            raise Unreached(f"{self._server}: {error or type(error).__name__}", is_sent=is_sent) from error

    async def close(self) -> None:
        """See Transport."""
        await self._session.close()


def _patient_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Make a socket on which the kernel notices a peer that vanished, also while there is nothing to send."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEP_ALIVE.items():
        if hasattr(socket, option):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return made
