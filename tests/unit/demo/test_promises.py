"""A demonstration that only looks good must not pass."""

import json

import pytest
from msgspec.structs import replace

from dev.demo.events import Account
from dev.demo.outcome import Outcome, broken, told
from fairlead.api.meta import ObjectMeta
from fairlead.api.release import Reason, Release, ReleaseSpec, ReleaseStatus

GOOD = Account(requests=8000, lost=0, bad=0, bad_seen_at=None, traffic_back_at=None, after_back=0)
BACK = Account(requests=5000, lost=0, bad=14, bad_seen_at=100.0, traffic_back_at=104.5, after_back=900)
BECAUSE = Reason(reason="CheckFailed", message="front: 6 of 191 requests failed")


def outcome(version: str, promised: str, stage: str, account: Account) -> Outcome:
    release = Release(
        metadata=ObjectMeta(name="shop-2"),
        spec=ReleaseSpec(component="shop", to_revision=f"shop-{version}", from_revision="shop-v1"),
        status=ReleaseStatus(stage=stage, because=None if stage == "Promoted" else BECAUSE),  # type: ignore[arg-type]
    )
    return Outcome(version=version, promised=promised, release=release, account=account)


PROMOTED = outcome("v2", "Promoted", "Promoted", GOOD)
ROLLED_BACK = outcome("v3", "RolledBack", "RolledBack", BACK)


def test_all_is_as_promised_when_the_good_stays_and_the_bad_comes_back_and_nothing_is_lost():
    assert broken([PROMOTED, ROLLED_BACK], lost_in_all=0) == []


@pytest.mark.parametrize(
    ("outcomes", "lost", "told"),
    [
        ([PROMOTED, ROLLED_BACK], 1, "1 of the requests were lost"),
        ([outcome("v2", "Promoted", "RolledBack", GOOD), ROLLED_BACK], 0, "v2 ended as RolledBack"),
        ([PROMOTED, outcome("v3", "RolledBack", "Promoted", BACK)], 0, "v3 ended as Promoted"),
        ([outcome("v2", "Promoted", "Promoted", replace(GOOD, bad=3)), ROLLED_BACK], 0, "3 answers were bad"),
        ([PROMOTED, outcome("v3", "RolledBack", "RolledBack", GOOD)], 0, "was not measured"),
        ([PROMOTED, outcome("v3", "RolledBack", "RolledBack", replace(BACK, after_back=0))], 0, "still answered"),
    ],
)
def test_what_was_not_as_promised_is_told(outcomes, lost, told):
    (sentence,) = broken(outcomes, lost)

    assert told in sentence


def test_programs_get_the_times_of_the_client():
    first, second = json.loads(json.dumps(told([PROMOTED, ROLLED_BACK], is_ok=True)))["releases"]

    assert first["outcome"] == "Promoted"
    assert first["breach_to_back_s"] is None
    assert second == {
        "revision": "shop-v3",
        "outcome": "RolledBack",
        "reason": "front: 6 of 191 requests failed",
        "requests": 5000,
        "lost": 0,
        "bad": 14,
        "bad_seen_at": 100.0,
        "traffic_back_at": 104.5,
        "breach_to_back_s": 4.5,
    }
