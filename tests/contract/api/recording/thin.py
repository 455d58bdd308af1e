"""Which requests of a recording are worth keeping: all writes and watches, and the reads that say something new."""

from collections.abc import Sequence

from tests.contract.api.recording import marks
from tests.contract.api.recording.shape import shape
from tests.contract.api.recording.taken import Taken


def thinned(requests: Sequence[Taken]) -> list[Taken]:
    """Leave out reads of a shape and with a status that were there before, unless later ones repeat their answer."""
    needed: set[int] = set()
    seen: set[tuple[str, int]] = set()
    first: set[int] = set()
    for number, request in enumerate(requests):
        told = (shape(request), request.status)
        if request.method != "GET" or request.is_watch or told not in seen:
            first.add(number)
        seen.add(told)
    for number in sorted(range(len(requests)), reverse=True):
        if number in first or number in needed:
            needed |= {number, *marks.sources(requests[number])}
    kept = sorted(needed)
    numbers = {number: place for place, number in enumerate(kept)}
    return [marks.renumbered(requests[number], numbers) for number in kept]
