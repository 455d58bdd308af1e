"""Candidate beside stable: what of the two revisions differs, and so what a Release brings, moves and removes.

Computed from the stored forms of both revisions alone, so that it is the same before and after a crash and whatever
the cluster looks like meanwhile. `stable` is None for the first Release of a Component.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from fairlead.api.meta import LABEL_COPY
from fairlead.core.revision.names import copy_name
from fairlead.core.revision.selection import Labels, selector_of
from fairlead.core.revision.stored import Key, StoredObject, StoredRevision

#: Objects that stay when nobody needs them any more: what they hold cannot be made again.
KEPT_KINDS = frozenset({"PersistentVolumeClaim", "CustomResourceDefinition"})
KEEP_ANNOTATION = "helm.sh/resource-policy"
#: The fields of a spec by which traffic is moved.
_SENDS_BY = {"Service": ("selector", "ports"), "HTTPRoute": ("rules",)}


class Workload(NamedTuple):
    """A Deployment of a revision."""

    source_name: str
    name: str
    copy: str
    replicas: int
    """Replicas that the manifests ask for."""


class Split(NamedTuple):
    """A Service that leads to different copies in the two revisions, and a Service of its own for each."""

    service: str
    stable_service: str
    candidate_service: str
    stable_copy: str
    candidate_copy: str


class Compared(NamedTuple):
    """A workload under judgement, and what it is measured by."""

    candidate: Workload
    stable: Workload | None
    """The workload of stable that it takes the place of; None where there is none."""


class Pair:
    """What of candidate and stable differs."""

    def __init__(self, candidate: StoredRevision, stable: StoredRevision | None) -> None:
        self.candidate = candidate
        self.stable = stable

    @cached_property
    def brought(self) -> tuple[StoredObject, ...]:
        """Objects under names that stable does not have, in the order of application."""
        return _minus(self.candidate.objects, self.stable.objects if self.stable else ())

    @cached_property
    def left(self) -> tuple[StoredObject, ...]:
        """Objects of stable under names that the candidate does not have, in the order of removal."""
        gone = _minus(self.stable.objects, self.candidate.objects) if self.stable else ()
        return tuple(o for o in reversed(gone) if not is_kept(o))

    @cached_property
    def removable_brought(self) -> tuple[StoredObject, ...]:
        """What the candidate brought and going back removes, in the order of removal."""
        return tuple(o for o in reversed(self.brought) if not is_kept(o))

    @cached_property
    def changed(self) -> tuple[StoredObject, ...]:
        """Singles that both revisions have with different content, as the candidate wants them."""
        if self.stable is None:
            return ()
        before = {o.key: o.digest for o in self.stable.objects}
        return tuple(o for o in self.candidate.objects if before.get(o.key, o.digest) != o.digest)

    @cached_property
    def changed_beside_traffic(self) -> frozenset[Key]:
        """The Services and routes among them that differ in more than where they send requests."""
        before = {o.key: o for o in self.stable.objects} if self.stable else {}
        moved = (o for o in self.changed if o.kind in _SENDS_BY)
        return frozenset(o.key for o in moved if _beside_traffic(o) != _beside_traffic(before[o.key]))

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """The Services that lead to different copies, by name."""
        if self.stable is None:
            return ()
        before = _backing(self.stable)
        return tuple(
            Split(name, copy_name(name, before[name]), copy_name(name, copy), before[name], copy)
            for name, copy in sorted(_backing(self.candidate).items())
            if name in before and before[name] != copy
        )

    @cached_property
    def turned(self) -> tuple[str, ...]:
        """The Services of both revisions that lead elsewhere, but not from one copy alone to another, by name."""
        before, split = {o.key: o for o in self.stable.objects} if self.stable else {}, {x.service for x in self.splits}
        changed = (o for o in self.changed if o.kind == "Service" and o.name not in split)
        return tuple(
            sorted(o.name for o in changed if _is_turned(selector_of(before[o.key].manifest), selector_of(o.manifest)))
        )

    @cached_property
    def asked(self) -> tuple[Split, ...]:
        """The Services that the data plane is asked for: those that are split, and those of a first revision."""
        if self.stable is not None:
            return self.splits
        return tuple(Split(name, name, name, "", copy) for name, copy in sorted(_backing(self.candidate).items()))

    @cached_property
    def brought_services(self) -> dict[str, str]:
        """The Services that stable lacks, with the copy that each leads to, where it is one copy alone."""
        if self.stable is None:
            return {}
        names = {o.name for o in self.brought if o.kind == "Service"}
        return {name: copy for name, copy in _backing(self.candidate).items() if name in names}

    @cached_property
    def candidate_workloads(self) -> tuple[Workload, ...]:
        """The Deployments that only the candidate has: those that are under judgement."""
        theirs = {w.name for w in self.stable_workloads}
        return tuple(w for w in _workloads(self.candidate) if w.name not in theirs)

    @cached_property
    def stable_workloads(self) -> tuple[Workload, ...]:
        """All Deployments of stable."""
        return _workloads(self.stable) if self.stable else ()

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """Those, each with the one of stable that has its name, or stood behind the same Service."""
        named = {w.source_name: w for w in self.stable_workloads}
        of_copy = {w.copy: w for w in self.stable_workloads}
        behind = {x.candidate_copy: of_copy.get(x.stable_copy) for x in self.splits}
        return tuple(Compared(w, named.get(w.source_name, behind.get(w.copy))) for w in self.candidate_workloads)

    @cached_property
    def kept_workloads(self) -> tuple[Workload, ...]:
        """The Deployments that both share, as the candidate wants them."""
        ours = {w.name for w in self.candidate_workloads}
        return tuple(w for w in _workloads(self.candidate) if w.name not in ours)


def _is_turned(before: Labels, after: Labels) -> bool:
    """Whether a selector has become another one. Endpoints of a Service without any are not Kubernetes' to publish."""
    return bool(before) and bool(after) and before != after


def _beside_traffic(o: StoredObject) -> dict[str, Any]:
    spec = {k: v for k, v in (o.manifest.get("spec") or {}).items() if k not in _SENDS_BY[o.kind]}
    return {**o.manifest, "spec": spec}


def _minus(objects: Iterable[StoredObject], others: Iterable[StoredObject]) -> tuple[StoredObject, ...]:
    theirs = {o.key for o in others}
    return tuple(o for o in objects if o.key not in theirs)


def is_kept(o: StoredObject) -> bool:
    """Whether an object stays when nobody needs it any more."""
    annotations = o.manifest["metadata"].get("annotations") or {}
    return o.kind in KEPT_KINDS or annotations.get(KEEP_ANNOTATION) == "keep"


def _backing(revision: StoredRevision) -> dict[str, str]:
    """The copy that each Service of a revision leads to, where it leads to one copy alone."""
    services = (o for o in revision.objects if o.kind == "Service")
    selectors = ((o.name, (o.manifest.get("spec") or {}).get("selector") or {}) for o in services)
    return {name: selector[LABEL_COPY] for name, selector in selectors if LABEL_COPY in selector}


def _workloads(revision: StoredRevision) -> tuple[Workload, ...]:
    found = []
    for o in revision.objects:
        if o.kind == "Deployment":
            spec = o.manifest["spec"]
            copy = spec["template"]["metadata"]["labels"][LABEL_COPY]
            found.append(Workload(o.source_name, o.name, copy, spec.get("replicas", 1)))
    return tuple(sorted(found))
