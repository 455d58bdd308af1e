"""Scrape one pod, within a budget of time and bytes. It never uses a proxy and never retries."""

import aiohttp

from fairlead.adapters.metrics.families import Scraped, read

TIMEOUT_S = 0.45
MAX_BYTES = 8 << 20


class ScrapeFailed(Exception):
    """The pod gave no usable metrics. The message says why."""


async def scrape(
    session: aiohttp.ClientSession, url: str, excluded_paths: frozenset[str], *, timeout_s: float = TIMEOUT_S
) -> Scraped:
    """Read the counters of one pod. Raises ScrapeFailed."""
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with session.get(url, timeout=timeout, headers={"User-Agent": "fairlead-scrape"}) as answer:
            if answer.status != 200:
                raise ScrapeFailed(f"{url} answers {answer.status}")
            text = await answer.content.read(MAX_BYTES + 1)
            while len(text) <= MAX_BYTES and (more := await answer.content.read(MAX_BYTES + 1 - len(text))):
                text += more
    except aiohttp.ClientConnectorError as error:
        raise ScrapeFailed(f"{url} refuses the connection") from error
    except TimeoutError as error:
        raise ScrapeFailed(f"{url} does not answer within {timeout_s} s") from error
    except aiohttp.ClientError as error:
        raise ScrapeFailed(f"{url}: {error or type(error).__name__}") from error
    if len(text) > MAX_BYTES:
        raise ScrapeFailed(f"{url} exposes more than {MAX_BYTES >> 20} MiB")
    scraped = read(text, excluded_paths)
    if scraped is None:
        raise ScrapeFailed(f"{url} exposes no request counter that Fairlead knows")
    return scraped
