"""What was counted on both revisions of each workload, and how far that speaks against the candidate."""

import math
from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from fairlead.api.component import Judge
from fairlead.api.release import ArmEvidence, Evidence
from fairlead.cli.page import FAINT
from fairlead.cli.units import count, percent
from fairlead.core.judge.e_process import log_evidence
from fairlead.core.judge.judge import alpha

#: Odds beyond this say no more to people.
HIGHEST_ODDS = 1_000_000


def counts(evidence: Sequence[Evidence]) -> Table:
    """Return the requests, the errors and the slow requests of both revisions, by workload."""
    table = Table(box=None, padding=(0, 3, 0, 0), header_style=FAINT)
    table.add_column("")
    table.add_column("")
    for title in ("requests", "errors", "", "slow", ""):
        table.add_column(title, justify="right")
    table.add_column("")
    for one in evidence:
        slow = Text(f"over {one.slow_bound_ms} ms" if one.slow_bound_ms else "", style=FAINT)
        table.add_row(one.workload, "stable", *_figures(one.stable, one.slow_bound_ms), slow)
        table.add_row("", "candidate", *_figures(one.candidate, one.slow_bound_ms))
    return table


def follows(evidence: Sequence[Evidence], judge: Judge, *, is_open: bool) -> Iterator[tuple[str, str]]:
    """Return for each workload what the judge says, and while that is open, how far the candidate is from going back.

    The judge's sentences begin with the workload, which stands beside them here.
    """
    decisive = -math.log(alpha(judge, len(evidence)))
    for one in evidence:
        yield one.workload, f"{one.verdict}: {one.message.removeprefix(f'{one.workload}: ') or 'nothing yet'}"
        if is_open and one.candidate.requests and one.verdict != "Failed":
            odds = ", ".join(f"{t.signal} {_to_one(log_evidence(t.log_evidence_milli))}" for t in one.tests)
            yield "", f"odds against the candidate: {odds}; {_to_one(decisive)} sends it back"


def _to_one(log_odds: float) -> str:
    """Return odds as people say them: 3 to 1, 1 to 5, even."""
    ratio = math.exp(max(-50.0, min(log_odds, 50.0)))
    if ratio >= HIGHEST_ODDS:
        return f"over {count(HIGHEST_ODDS)} to 1"
    if ratio <= 1 / HIGHEST_ODDS:
        return f"1 to over {count(HIGHEST_ODDS)}"
    if round(ratio, 1) == 1:
        return "even"
    return f"{_digits(ratio)} to 1" if ratio > 1 else f"1 to {_digits(1 / ratio)}"


def _digits(ratio: float) -> str:
    return f"{ratio:.1f}".removesuffix(".0") if ratio < 10 else count(ratio)


def _figures(arm: ArmEvidence, bound_ms: int) -> tuple[str, ...]:
    slow = (count(arm.slow), percent(arm.slow, arm.requests)) if bound_ms else ("-", "-")
    return (count(arm.requests), count(arm.errors), percent(arm.errors, arm.requests), *slow)
