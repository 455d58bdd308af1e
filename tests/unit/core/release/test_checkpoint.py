"""What is stored before the next write, and what may wait."""

from msgspec.structs import replace

from fairlead.api.release import Reason, ReleaseStatus, RouteWrites
from fairlead.core.release.checkpoint import CHECKPOINT_EVERY_S, must_store

STORED = ReleaseStatus(stage="Shifting", step=0, weight_percent=5, waiting=Reason(reason="Holding", message="5 s"))


def test_a_new_stage_is_stored_at_once():
    assert must_store(STORED, replace(STORED, stage="Returning", weight_percent=0), since_stored_s=0)


def test_a_new_step_is_stored_at_once():
    assert must_store(STORED, replace(STORED, step=1, weight_percent=20), since_stored_s=0)


def test_what_people_wait_for_is_stored_when_its_reason_changes():
    assert must_store(STORED, replace(STORED, waiting=Reason(reason="Judging", message="")), since_stored_s=0)


def test_a_hold_that_grows_waits_for_the_next_checkpoint():
    grown = replace(STORED, held_ms=500, waiting=Reason(reason="Holding", message="4 s"))

    assert not must_store(STORED, grown, since_stored_s=CHECKPOINT_EVERY_S - 1)
    assert must_store(STORED, grown, since_stored_s=CHECKPOINT_EVERY_S)


def test_nothing_is_written_where_nothing_changed():
    assert not must_store(STORED, STORED, since_stored_s=3600)


def test_a_revert_is_stored_at_once_and_the_pause_after_it_waits():
    once = replace(STORED, routes=(RouteWrites(route="shop", generation=4, reverts=1),))
    rested = replace(once, routes=(RouteWrites(route="shop", generation=4, reverts=1, quiet_ms=5000),))

    assert must_store(STORED, once, since_stored_s=0)
    assert not must_store(once, rested, since_stored_s=CHECKPOINT_EVERY_S - 1)
    assert must_store(once, rested, since_stored_s=CHECKPOINT_EVERY_S)
