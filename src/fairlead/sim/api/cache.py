"""What the API server answers from its cache: everything but events, which it reads from the store itself.

A client sees the difference only at the edges: in what it is told of versions that are forgotten or yet to come, in
lists of any version, and in bookmarks, which the store does not send.
"""

from fairlead.sim.api.failure import Failure, expired, too_large_version
from fairlead.sim.api.storage import Storage, Table


def is_cached(table: Table) -> bool:
    """Whether reads of the resource go to the cache."""
    return (table.group, table.resource) != ("", "events")


def from_the_future(version: int, storage: Storage, table: Table) -> Failure:
    """What is said of a version that is yet to come. The cache may be behind: who asks it again may have luck."""
    return too_large_version(version, storage.version, worth_a_retry=is_cached(table))


def expired_watch(version: int, storage: Storage, table: Table) -> Failure:
    """What a watch is told that would begin before what is remembered."""
    if is_cached(table):
        return expired(f"too old resource version: {version} ({max(storage.compacted, table.begun)})")
    return expired("The resourceVersion for the provided watch is too old.")
