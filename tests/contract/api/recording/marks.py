"""What a server chose, where later requests repeat it: replaced by a mark that says which answer it is found in.

Uids, versions, tokens and generated names are looked for. A version that only a watch told is taken for that of
the last write before it.
"""

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.contract.api.recording.recorder import Recorded
from tests.contract.api.recording.taken import Taken, changed

MARK = re.compile(r"\$\{(\d+)\.([\w.]+)\}")
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def marked(recorded: Sequence[Recorded]) -> list[Taken]:
    """Return the requests with marks."""
    known = _Known()
    requests = []
    for number, (request, answer) in enumerate(recorded):
        requests.append(changed(request, known.text))
        for path, value in _chosen(answer):
            known.learn(f"${{{number}.{path}}}", path, value)
    return requests


def sources(request: Taken) -> set[int]:
    """Return the numbers of the answers that a request repeats."""
    found: set[int] = set()

    def note(mark: re.Match[str]) -> str:
        found.add(int(mark[1]))
        return mark[0]

    _rewritten(request, note)
    return found


def renumbered(request: Taken, numbers: dict[int, int]) -> Taken:
    """Return it with other numbers of answers."""
    return _rewritten(request, lambda mark: f"${{{numbers[int(mark[1])]}.{mark[2]}}}")


def filled(request: Taken, value: Callable[[int, str], str]) -> Taken:
    """Return it with `value(number of the answer, path)` in place of each mark."""
    return _rewritten(request, lambda mark: value(int(mark[1]), mark[2]))


def _rewritten(request: Taken, put: Callable[[re.Match[str]], str]) -> Taken:
    return changed(request, lambda text, _: MARK.sub(put, text))


class _Known:
    """What was answered so far."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._order: list[int] = []

    def learn(self, mark: str, path: str, value: str) -> None:
        """The first answer that shows a value is where it is taken from."""
        if not path.endswith("resourceVersion"):
            self._values.setdefault(value, mark)
        elif value not in self._versions:
            self._versions[value] = mark
            bisect.insort(self._order, int(value))

    def text(self, text: str, key: str) -> str:
        """Put marks into a text that stands under a key."""
        if key.endswith("esourceVersion") and text.isdecimal() and text != "0":
            return self._version(text)
        if text.startswith("/"):
            return "/".join(self._values.get(part, part) for part in text.split("/"))
        return self._values.get(text) or UID.sub(lambda found: self._values.get(found[0], found[0]), text)

    def _version(self, version: str) -> str:
        before = bisect.bisect_right(self._order, int(version))
        return self._versions[str(self._order[before - 1])] if before else version


def _chosen(answer: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(answer, dict):
        return
    yield from _of_metadata("metadata", answer.get("metadata"))
    for number, item in enumerate(answer.get("items") or ()):
        yield from _of_metadata(f"items.{number}.metadata", item.get("metadata"))
    for number, row in enumerate(answer.get("rows") or ()):
        yield from _of_metadata(f"rows.{number}.object.metadata", (row.get("object") or {}).get("metadata"))


def _of_metadata(path: str, metadata: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(metadata, dict):
        return
    generated = ("name",) if metadata.get("generateName") else ()
    for key in ("uid", "resourceVersion", "continue", *generated):
        if metadata.get(key):
            yield f"{path}.{key}", metadata[key]
