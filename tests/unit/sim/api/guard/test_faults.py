"""Faults between a client and the server."""

from fairlead.sim.api.faults import Disturbed, Fate
from fairlead.sim.api.request import Answer, Request
from tests.unit.sim.api.guard.server import CONFIG_MAPS, request, server

CONFIG_MAP = {"metadata": {"name": "a"}}


class Once:
    """One fate for every request, and frames that are told twice or cut."""

    def __init__(self, fate: Fate, copies: int | None = 1) -> None:
        self._fate, self.copies = fate, copies

    def fate(self, request: Request) -> Fate:  # noqa: ARG002
        return self._fate

    def frames(self, request: Request, frames: list[bytes]) -> list[bytes] | None:  # noqa: ARG002
        return None if self.copies is None else frames * self.copies


def test_a_refused_request_is_not_carried_out() -> None:
    real = server()
    refusal = Answer(status=429, headers={"Retry-After": "1"})
    answer = Disturbed(real.answer, Once(Fate(refusal=refusal))).answer(request("POST", CONFIG_MAPS, CONFIG_MAP))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert real.answer(request("GET", f"{CONFIG_MAPS}/a")).status == 404


def test_a_lost_answer_is_that_of_a_request_that_was_carried_out() -> None:
    real = server()
    lost = Disturbed(real.answer, Once(Fate(lost=True, delay_s=2.0)))
    answer = lost.answer(request("POST", CONFIG_MAPS, CONFIG_MAP))
    assert answer.lost
    assert answer.delay_s == 2.0
    assert real.answer(request("GET", f"{CONFIG_MAPS}/a")).status == 200


def test_a_watch_is_told_twice_or_cut() -> None:
    real = server()
    faults = Once(Fate(), copies=2)
    watching = Request(method="GET", path=CONFIG_MAPS, query=(("watch", "1"),), user=request("GET", "/").user)
    watch = Disturbed(real.answer, faults).answer(watching).watch
    assert watch is not None
    watch.take()
    real.answer(request("POST", CONFIG_MAPS, CONFIG_MAP))
    assert len(watch.take()) == 2
    assert not watch.ended
    faults.copies = None
    assert watch.take() == []
    assert watch.ended
