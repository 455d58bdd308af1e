"""Scrape one pod, within a budget of time and bytes. It uses no proxy, follows no redirect and never retries."""

from typing import Literal

import aiohttp

from fairlead.adapters.metrics.families import Scraped, read

TIMEOUT_S = 0.45
MAX_BYTES = 4 << 20

Kind = Literal["Refused", "Timeout", "Unauthorized", "NotMetrics", "TooLarge"]

_HEADERS = {
    "User-Agent": "fairlead-scrape",
    "Accept": "text/plain;version=0.0.4",
    # Pods are near: compressing costs them and us more than it saves.
    "Accept-Encoding": "identity",
}


class ScrapeFailed(Exception):
    """The pod gave no usable metrics. The message says why.

    Refused and Timeout speak about the pod: it takes no connection, breaks it, or does not answer in time. The other
    kinds speak about its metrics.
    """

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind


async def scrape(
    session: aiohttp.ClientSession,
    url: str,
    excluded_paths: frozenset[str],
    *,
    timeout_s: float = TIMEOUT_S,
    max_bytes: int = MAX_BYTES,
) -> Scraped:
    """Read the counters of one pod. Raises ScrapeFailed."""
    try:
        text = await _text(session, url, timeout_s, max_bytes)
    except TimeoutError as error:
        raise ScrapeFailed("Timeout", f"{url} does not answer within {timeout_s} s") from error
    except aiohttp.ClientConnectorError as error:
        raise ScrapeFailed("Refused", f"{url} takes no connection: {error.strerror or 'refused'}") from error
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError) as error:
        raise ScrapeFailed("Refused", f"{url} broke the connection") from error
    except aiohttp.ClientError as error:
        raise ScrapeFailed("NotMetrics", f"{url} does not speak HTTP as expected: {type(error).__name__}") from error
    scraped = read(text, excluded_paths)
    if scraped is None:
        raise ScrapeFailed(
            "NotMetrics", f"{url} exposes no request counter that Fairlead knows, or none before the first request"
        )
    return scraped


async def _text(session: aiohttp.ClientSession, url: str, total_s: float, max_bytes: int) -> bytes:
    timeout = aiohttp.ClientTimeout(total=total_s)
    async with session.get(url, timeout=timeout, headers=_HEADERS, allow_redirects=False) as answer:
        if answer.status in (401, 403):
            raise ScrapeFailed("Unauthorized", f"{url} answers {answer.status}: it wants to know who asks")
        if answer.status != 200:
            raise ScrapeFailed("NotMetrics", f"{url} answers {answer.status}")
        text = bytearray()
        async for chunk in answer.content.iter_any():
            text += chunk
            if len(text) > max_bytes:
                raise ScrapeFailed("TooLarge", f"{url} exposes more than {max_bytes} bytes")
        return bytes(text)
