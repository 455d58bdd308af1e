"""When the working status of a Release must be stored.

What decides what comes next is stored before the write that it guards. The rest, time that grows and evidence that is
added up, is stored now and then: after a crash the pods' own counters tell what was missed.
"""

from msgspec.structs import replace

from fairlead.api.release import ReleaseStatus

#: A crash costs at most this much of a hold.
CHECKPOINT_EVERY_S = 2.0


def must_store(stored: ReleaseStatus, status: ReleaseStatus, since_stored_s: float) -> bool:
    """Return whether `status` has to be stored before anything else is done."""
    if _what_guards(stored) != _what_guards(status):
        return True
    return stored != status and since_stored_s >= CHECKPOINT_EVERY_S


def _what_guards(status: ReleaseStatus) -> tuple[ReleaseStatus, str]:
    """The part of a status that does not grow by itself."""
    reason = status.waiting.reason if status.waiting else ""
    routes = tuple(replace(r, quiet_ms=0) for r in status.routes)
    return replace(status, held_ms=0, evidence=(), routes=routes, waiting=None, conditions=()), reason
