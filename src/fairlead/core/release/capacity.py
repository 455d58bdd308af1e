"""How many pods the candidate needs before a step.

From the start of a Release to the end of its watch stable keeps the size it had. The candidate has that size times
the weight, all of it before it gets all traffic, and never fewer pods than it was given already.
"""

import math
from collections.abc import Mapping

from fairlead.core.release.pair import Pair, Workload


def candidate_replicas(workload: Workload, stable_replicas: Mapping[str, int], weight_percent: int) -> int:
    """Return the pods that `workload` needs to take `weight_percent` of the requests."""
    full = max(stable_replicas.get(workload.source_name, 0), workload.replicas)
    if workload.source_name not in stable_replicas or weight_percent >= 100:
        return full
    return max(1, math.ceil(stable_replicas[workload.source_name] * weight_percent / 100))


def needed(pair: Pair, stable_replicas: Mapping[str, int], weight_percent: int) -> dict[str, int]:
    """Return the replicas that each workload of the candidate needs, by name of the Deployment."""
    return {w.name: candidate_replicas(w, stable_replicas, weight_percent) for w in pair.candidate_workloads}
