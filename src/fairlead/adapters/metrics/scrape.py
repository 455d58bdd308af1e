"""Scrape one pod, within a budget of time and bytes."""

from typing import Literal

from fairlead.adapters.http.get import Get, NoAnswer
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
    get: Get,
    url: str,
    excluded_paths: frozenset[str],
    *,
    timeout_s: float = TIMEOUT_S,
    max_bytes: int = MAX_BYTES,
) -> Scraped:
    """Read the counters of one pod. Raises ScrapeFailed."""
    try:
        answer = await get(url, _HEADERS, timeout_s=timeout_s, max_bytes=max_bytes)
    except NoAnswer as error:
        raise ScrapeFailed("NotMetrics" if error.kind == "NotHttp" else error.kind, f"{url} {error}") from error
    if answer.status in (401, 403):
        raise ScrapeFailed("Unauthorized", f"{url} answers {answer.status}: it wants to know who asks")
    if answer.status != 200:
        raise ScrapeFailed("NotMetrics", f"{url} answers {answer.status}")
    if not answer.is_whole:
        raise ScrapeFailed("TooLarge", f"{url} exposes more than {max_bytes} bytes")
    scraped = read(answer.body, excluded_paths)
    if scraped is None:
        raise ScrapeFailed(
            "NotMetrics", f"{url} exposes no request counter that Fairlead knows, or none before the first request"
        )
    return scraped
