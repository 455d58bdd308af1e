"""A recording on both servers: every request in order, with what each server chose in place of the marks.

Watches are begun where they were begun, and go on to the end; then their events are compared. The real server hears
of roles, definitions and, for its lists from a cache, of writes a moment later: a read whose answers differ is asked
again for a while.
"""

import base64
import json
import time
from collections.abc import Sequence
from typing import Any

from fairlead.sim.front import protobuf
from tests.contract.api.both import Both, Differ, Events
from tests.contract.api.observe import Names, observed
from tests.contract.api.recording.documents import comparable
from tests.contract.api.recording.marks import filled
from tests.contract.api.recording.shape import shape
from tests.contract.api.recording.taken import Taken, json_of
from tests.contract.api.said import Ask, Said, Side

PATIENCE_S = 2.0
PAUSE_S = 0.02


class Replay(Both):
    """Sends the requests of one recording."""

    def __init__(self, *servers: Any) -> None:
        super().__init__(*servers)
        self._answers: tuple[list[Any], list[Any]] = ([], [])
        self._differed = False

    def run(self, requests: Sequence[Taken]) -> dict[str, list[str]]:
        """Return what was not alike, by the shapes of the requests. All shapes are there."""
        # What was there before was made by each server in an order of its own.
        self.names = (Names(version(self.sides[0])), Names(version(self.sides[1])))
        found: dict[str, list[str]] = {shape(request): [] for request in requests}
        watched: list[tuple[str, Events]] = []
        for number, request in enumerate(requests):
            try:
                if request.is_watch:
                    watched.append((shape(request), self._follow(request)))
                else:
                    self._send(request)
            except Differ as difference:
                # What follows from a difference does not get better by asking again.
                self._differed = True
                found[shape(request)].append(f"request {number}: {difference}")
                if len(self._answers[0]) == number:
                    self._keep(None, None)
        for of, events in watched:
            try:
                events.take()
                events.nothing_more()
            except Differ as difference:
                found[of].append(str(difference))
            events.close()
        return found

    def _send(self, request: Taken) -> None:
        asks = self._filled(request)
        real, simulated = (self._ask(side, ask) for side, ask in zip(self.sides, asks, strict=True))
        if _reads(request) and not self._differed:
            real = self._as_soon_as_alike(asks[0], real, simulated)
        self._keep(real.json, simulated.json)
        self.steps.clear()
        self._compare(str(asks[1]), real, simulated)
        if real.status != request.status:
            raise Differ(f"{asks[0]}\nwas answered with {request.status} when it was recorded, now {real.status}")

    def _follow(self, request: Taken) -> Events:
        asks = self._filled(request)
        self._keep(None, None)
        real, simulated = (side.follow(ask) for side, ask in zip(self.sides, asks, strict=True))
        told = [each if isinstance(each, Said) else Said(200, {}, b'"a watch"') for each in (real, simulated)]
        self.steps.clear()
        self._compare(str(asks[1]), *told)
        return Events(self, *(None if isinstance(each, Said) else each for each in (real, simulated)))

    def _as_soon_as_alike(self, ask: Ask, real: Said, simulated: Said) -> Said:
        deadline_s = time.monotonic() + PATIENCE_S
        wanted = observed(simulated, self.names[1].copy())
        while observed(real, self.names[0].copy()) != wanted and time.monotonic() < deadline_s:
            time.sleep(PAUSE_S)
            real = self._ask(self.sides[0], ask)
        return real

    def _ask(self, side: Side, ask: Ask) -> Said:
        return comparable(ask.path, side.ask(ask))

    def _keep(self, real: Any, simulated: Any) -> None:
        self._answers[0].append(real)
        self._answers[1].append(simulated)

    def _filled(self, request: Taken) -> tuple[Ask, Ask]:
        real = filled(request, lambda number, path: _at(self._answers[0], number, path))
        simulated = filled(request, lambda number, path: _at(self._answers[1], number, path))
        # What the front does for the API in memory: see there.
        read = {**request.headers, **({"content-type": "application/json"} if _is_protobuf(request) else {})}
        return (
            Ask(real.method, real.path, real.query, real.headers, _raw(real)),
            Ask(real.method, simulated.path, simulated.query, read, _encoded(json_of(simulated))),
        )


def version(side: Side) -> int:
    """Return how far a server has come."""
    return int(side.ask(Ask("GET", "/api/v1/namespaces")).json["metadata"]["resourceVersion"])


def _reads(request: Taken) -> bool:
    return request.method == "GET" or request.path.endswith("reviews")


def _is_protobuf(request: Taken) -> bool:
    return request.headers.get("content-type", "").startswith(protobuf.MEDIA_TYPE)


def _raw(request: Taken) -> bytes:
    return base64.b64decode(request.body) if _is_protobuf(request) else _encoded(request.body)


def _encoded(body: Any) -> bytes:
    return b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _at(answers: Sequence[Any], number: int, path: str) -> str:
    value = answers[number]
    try:
        for key in path.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (TypeError, LookupError):
        raise Differ(f"it repeats {path} of the answer to request {number}, which has none") from None
    return str(value)
