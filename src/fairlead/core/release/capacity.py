"""How many pods the candidate needs before a step.

From the start of a Release to the end of its watch stable keeps the size it had, or grows where somebody asks for
more. The candidate has that size times the weight, all of it before it gets all traffic, and never fewer pods than it
was given already.
"""

import math
from collections.abc import Mapping

from fairlead.core.release.pair import Compared
from fairlead.core.release.situation import Situation


def needed(s: Situation, weight_percent: int) -> dict[str, int]:
    """Return the replicas that each workload of the candidate needs for this weight, by name of the Deployment."""
    sizes = stable_sizes(s)
    return {c.candidate.name: _needed(c, sizes, weight_percent) for c in s.pair.compared}


def stable_sizes(s: Situation) -> dict[str, int]:
    """Return the pods of stable's workloads, by source name: those that the Release found, or more if it has more."""
    found = s.status.stable_replicas
    live = {w.source_name: d.replicas for w in s.pair.stable_workloads if (d := s.deployments.get(w.name)) is not None}
    return {name: max(found.get(name, 0), live.get(name, 0)) for name in found.keys() | live.keys()}


def _needed(compared: Compared, sizes: Mapping[str, int], weight_percent: int) -> int:
    size = sizes.get(compared.stable.source_name) if compared.stable else None
    if size is None or weight_percent >= 100:
        return max(size or 0, compared.candidate.replicas)
    return max(1, math.ceil(size * weight_percent / 100))
