"""Ask a data plane which version of an application answers.

A few plain GET requests, and the value of one response header of each. It owns no judgement about the answers and
knows nothing of routes or revisions.
"""

import asyncio
from collections import Counter

from msgspec import Struct

from fairlead.adapters.http.get import Get, NoAnswer

USER_AGENT = "fairlead-probe"
#: All at once: the answers of a hanging backend are waited for together.
MAX_CONCURRENT = 40


class Question(Struct, frozen=True, kw_only=True):
    """A request whose answer tells the version."""

    url: str
    version_header: str
    headers: dict[str, str] = {}


#: What stands for a request that got no answer, or one without the header.
UNANSWERED = ""


async def ask(get: Get, question: Question, requests: int, timeout_s: float) -> Counter[str]:
    """Ask `requests` times and return how often each version answered; `UNANSWERED` counts the rest."""
    limit = asyncio.Semaphore(MAX_CONCURRENT)

    async def once() -> str:
        async with limit:
            return await _once(get, question, timeout_s)

    return Counter(await asyncio.gather(*(once() for _ in range(requests))))


async def _once(get: Get, question: Question, timeout_s: float) -> str:
    headers = {"User-Agent": USER_AGENT, **question.headers}
    try:
        # The version is in a header: of the body nothing is read.
        answer = await get(question.url, headers, timeout_s=timeout_s, max_bytes=0)
    except NoAnswer:
        return UNANSWERED
    return answer.headers.get(question.version_header.lower(), UNANSWERED)
