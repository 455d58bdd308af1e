"""Only so many managers that update are remembered: the oldest are merged into one."""

from fairlead.sim.api.apply.fieldset import union
from fairlead.sim.api.apply.managed import Managed, Managing, Who, identifier, who

MAX_UPDATERS = 10
ANCIENT = "ancient-changes"


def cap(managed: Managed) -> None:
    """Merge the oldest updaters of a version until there are few enough."""
    updaters = sorted(
        (name for name in managed if name.operation == "Update"),
        key=lambda name: (managed[name].time or "", identifier(name)),
    )
    too_many = len(updaters) - MAX_UPDATERS
    first: dict[str, Who] = {}
    for name in updaters:
        if too_many <= 0:
            return
        managing = managed[name]
        version = managing.api_version
        if version not in first:
            first[version] = name
            continue
        bucket = who(ANCIENT, "Update", version, "")
        if bucket not in managed:
            managed[bucket] = managed.pop(first[version])
        managed[bucket] = Managing(version, union(managing.fields, managed[bucket].fields), managing.time)
        # Where the bucket itself is among the oldest but not the first, this forgets it: the API server does so.
        del managed[name]
        too_many -= 1
