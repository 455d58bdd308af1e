"""GET requests over the network."""

from collections.abc import Mapping

import aiohttp

from fairlead.adapters.http.get import Got, NoAnswer


class Network:
    """A Get by sockets, while it is open: it is an async context manager."""

    async def __aenter__(self) -> "Network":
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def __call__(self, url: str, headers: Mapping[str, str], *, timeout_s: float, max_bytes: int) -> Got:
        """See Get."""
        try:
            return await self._get(url, headers, timeout_s, max_bytes)
        except TimeoutError as error:
            raise NoAnswer("Timeout", f"does not answer within {timeout_s} s") from error
        except aiohttp.ClientConnectorError as error:
            raise NoAnswer("Refused", f"takes no connection: {error.strerror or 'refused'}") from error
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError) as error:
            raise NoAnswer("Refused", "broke the connection") from error
        except aiohttp.ClientError as error:
            raise NoAnswer("NotHttp", f"does not speak HTTP as expected: {type(error).__name__}") from error

    async def _get(self, url: str, headers: Mapping[str, str], timeout_s: float, max_bytes: int) -> Got:
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        async with self._session.get(url, headers=headers, timeout=timeout, allow_redirects=False) as answer:
            body, told = bytearray(), {name.lower(): value for name, value in answer.headers.items()}
            if not max_bytes:
                return Got(answer.status, told, b"", is_whole=False)
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > max_bytes:
                    return Got(answer.status, told, bytes(body[:max_bytes]), is_whole=False)
            return Got(answer.status, told, bytes(body))
