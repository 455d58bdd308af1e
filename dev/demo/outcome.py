"""What came of a release, what was promised, and whether both agree."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from dev.demo.events import Account
from fairlead.api.release import Release
from fairlead.cli.where import earned

#: So many requests must have begun after the last one that the bad version answered: it is back, and stays back.
FEWEST_AFTER_BACK = 200


class Outcome(Struct, frozen=True, kw_only=True):
    """One release: what Fairlead recorded, and what the client saw."""

    version: str
    promised: str
    """The stage in which it should end."""
    release: Release
    account: Account

    @property
    def stage(self) -> str:
        """How it ended."""
        return self.release.status.stage

    @property
    def reason(self) -> str:
        """Why it ended so, in a sentence."""
        because = self.release.status.because
        return because.message if because else earned(self.release)


def broken(outcomes: Sequence[Outcome], lost_in_all: int) -> list[str]:
    """Return every promise that was not kept, as a sentence."""
    lost = [f"{lost_in_all} of the requests were lost"] if lost_in_all else []
    return [*lost, *(sentence for outcome in outcomes for sentence in _broken(outcome))]


def _broken(outcome: Outcome) -> Iterator[str]:
    version, seen = outcome.version, outcome.account
    if outcome.stage != outcome.promised:
        yield f"{version} ended as {outcome.stage}, not {outcome.promised}: {outcome.reason}"
    if outcome.promised == "Promoted" and seen.bad:
        yield f"{seen.bad} answers were bad while {version} was released, which is good"
    if outcome.promised == "RolledBack":
        if seen.breach_to_back_s is None:
            yield f"{version}: the client saw nothing bad, so that the way back was not measured"
        elif seen.after_back < FEWEST_AFTER_BACK:
            yield f"{version} still answered when the client stopped"


def told(outcomes: Sequence[Outcome], *, is_ok: bool) -> dict[str, Any]:
    """Return the outcome for programs. Times are Unix seconds, times and counts the client's."""
    return {"releases": [_told(outcome) for outcome in outcomes], "ok": is_ok}


def _told(outcome: Outcome) -> dict[str, Any]:
    seen = outcome.account
    breach_to_back_s = seen.breach_to_back_s
    return {
        "revision": outcome.release.spec.to_revision,
        "outcome": outcome.stage,
        "reason": outcome.reason,
        "requests": seen.requests,
        "lost": seen.lost,
        "bad": seen.bad,
        "bad_seen_at": seen.bad_seen_at,
        "traffic_back_at": seen.traffic_back_at,
        "breach_to_back_s": None if breach_to_back_s is None else round(breach_to_back_s, 3),
    }
