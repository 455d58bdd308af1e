"""Goals about pods: enough of them, ready, and published behind their Services."""

from fairlead.core.release.capacity import needed
from fairlead.core.release.commands import Scale
from fairlead.core.release.endpoints import ready_pods
from fairlead.core.release.goal import Missing
from fairlead.core.release.situation import Situation
from fairlead.core.release.turn_back import WAITING_FOR_PODS, progress_left_s


def _weight_percent(s: Situation) -> int:
    return s.step.weight_percent if s.pair.stable and s.status.stage in ("Preparing", "Shifting") else 100


def sized(s: Situation) -> Missing | None:
    """The candidate's workloads are asked for the pods that this step needs. They are never made smaller here."""
    commands = tuple(
        Scale(deployment=name, resource_version=d.resource_version, replicas=replicas)
        for name, replicas in sorted(needed(s, _weight_percent(s)).items())
        if (d := s.deployments.get(name)) is not None and d.replicas < replicas
    )
    if not commands:
        return None
    asked = ", ".join(f"{c.deployment} to {c.replicas}" for c in commands)
    return Missing(reason="Scaling", message=f"the candidate grows before its traffic: {asked}", commands=commands)


def ready(s: Situation) -> Missing | None:
    """The candidate's workloads have the ready pods that this step needs."""
    for name, replicas in sorted(needed(s, _weight_percent(s)).items()):
        d = s.deployments.get(name)
        have = d.ready_replicas if d else 0
        if have < replicas:
            return Missing(
                reason=WAITING_FOR_PODS,
                message=f"Deployment {name} has {have} of {replicas} pods ready{_trouble(s)}",
                wake_after_s=max(1.0, progress_left_s(s)),
            )
    return None


def endpoints_published(s: Situation) -> Missing | None:
    """The ready pods of both revisions are published behind the Services that the routes will lead to."""
    for split in s.splits:
        for name, copy in ((split.stable_service, split.stable_copy), (split.candidate_service, split.candidate_copy)):
            service = s.services.get(name)
            wanted = ready_pods(s, copy)
            published = service.ready_pods if service else frozenset()
            # A stable without any ready pod loses nothing by it, and what mends it must be able to come.
            is_needed = copy == split.candidate_copy
            if (is_needed and not wanted) or not wanted <= published:
                return Missing(
                    reason="WaitingForEndpoints",
                    message=f"Service {name} publishes {len(wanted & published)} of {len(wanted)} ready pods",
                )
    return None


def resized(s: Situation) -> Missing | None:
    """Every workload has the size that its manifests ask for, now that nothing has to be kept warm."""
    workloads = (*s.pair.candidate_workloads, *s.pair.kept_workloads)
    commands = tuple(
        Scale(deployment=w.name, resource_version=d.resource_version, replicas=w.replicas)
        for w in workloads
        if (d := s.deployments.get(w.name)) is not None and d.replicas != w.replicas
    )
    if not commands:
        return None
    asked = ", ".join(f"{c.deployment} to {c.replicas}" for c in commands)
    return Missing(reason="Scaling", message=f"workloads get the size of their manifests: {asked}", commands=commands)


def _trouble(s: Situation) -> str:
    troubles = sorted({f"{p.name}: {p.trouble}" for p in s.candidate_pods if p.trouble and not p.ready})
    return f"; {troubles[0]}" if troubles else ""
