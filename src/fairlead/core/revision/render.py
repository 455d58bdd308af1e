"""Render a Revision: copies under names that end in the digest of their content, everything that names them rewired.

What did not change has the same name in both revisions and is shared by them. The size of a workload is not part of its
content: scaling is not a release. How pods are placed beside each other (affinity, topology spread) stays as it is
written, and so counts the pods of both revisions, as it does while a Deployment is rolled.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from fairlead.api.meta import LABEL_COMPONENT, LABEL_COPY, LABEL_MANAGED_BY
from fairlead.core.revision.check import check
from fairlead.core.revision.digest import SUFFIX_LENGTH, canonical, digest, suffix
from fairlead.core.revision.mentions import mentions
from fairlead.core.revision.names import copy_name
from fairlead.core.revision.order import install_rank
from fairlead.core.revision.references import references, rewired
from fairlead.core.revision.refused import Refused
from fairlead.core.revision.selection import is_headless, is_split, selected
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.core.traffic.http_route import local_rules

Manifest = dict[str, Any]

#: Version of this rewriting. Stored revisions are never rewritten again; a higher number only tells them apart.
REWRITING = 1
CONFIGURATION_KINDS = ("ConfigMap", "Secret")


class Rendered(Struct, frozen=True, kw_only=True):
    """The Revision, or what is wrong; and what a plan should tell."""

    revision: StoredRevision | None
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()


def render(manifests: Sequence[Manifest], *, component: str, namespace: str) -> Rendered:
    """Render the manifests of a Component. Everything that is wrong with them is returned at once."""
    normal = [canonical(m) for m in manifests]
    refused = check(normal, namespace)
    if refused:
        return Rendered(revision=None, refused=tuple(refused))
    ordered = sorted(
        (_input(m, namespace) for m in normal), key=lambda m: install_rank(m["kind"], m["metadata"]["name"])
    )
    # The order of application may change with Fairlead's version, and must not be part of the digest.
    inputs = digest(sorted(digest(m) for m in ordered))
    rendering = _Rendering(ordered, component, namespace)
    objects = tuple(rendering.object(m) for m in ordered)
    name = f"{component}-{inputs[:SUFFIX_LENGTH]}"
    revision = StoredRevision(name=name, component=component, inputs_digest=inputs, objects=objects)
    return Rendered(revision=revision, warnings=tuple(rendering.warnings()))


class _Rendering:
    """One rendering: which objects are copies, and the names that they get."""

    def __init__(self, manifests: Sequence[Manifest], component: str, namespace: str) -> None:
        self._manifests = manifests
        self._component = component
        self._namespace = namespace
        self._singles = dict(_unversioned(manifests))
        """Why a ConfigMap or Secret is not a copy."""
        self._copies: dict[tuple[str, str], str] = {}
        # What others refer to comes first: the digest of who refers contains the names of copies.
        for kind, name, m in _named(manifests, *CONFIGURATION_KINDS):
            if (kind, name) not in self._singles:
                self._copies[kind, name] = suffix(digest(m))
        for kind, name, m in _named(manifests, "Deployment"):
            self._copies[kind, name] = suffix(digest(_content(self._rewired(m))))
        for kind, name, m in _named(manifests, "PodDisruptionBudget"):
            # A budget is named after its pods, not after its own content: two budgets for one pod stop all evictions.
            if len(workloads := selected(m, manifests)) == 1:
                self._copies[kind, name] = self._copy_of(workloads[0])

    def object(self, manifest: Manifest) -> StoredObject:
        """Return one object as it is applied."""
        kind, source_name = manifest["kind"], manifest["metadata"]["name"]
        copy = self._copies.get((kind, source_name))
        name = copy_name(source_name, copy) if copy else source_name
        applied = self._rewired(manifest)
        labels = {
            LABEL_MANAGED_BY: "fairlead",
            **applied["metadata"].get("labels", {}),
            LABEL_COMPONENT: self._component,
        }
        applied["metadata"] |= {"name": name, "namespace": self._namespace, "labels": labels}
        self._narrow(applied, manifest, copy)
        return StoredObject(
            api_version=manifest["apiVersion"],
            kind=kind,
            name=name,
            source_name=source_name,
            role="Copy" if copy else "Single",
            digest=digest(_content(applied)),
            manifest=applied,
        )

    def warnings(self) -> Iterator[str]:
        """Yield what a plan should tell."""
        for (kind, name), why in sorted(self._singles.items()):
            yield f"{kind} {name} changes in place, for both revisions at once: {why}"
        for _, name, m in _named(self._manifests, "Service"):
            workloads = selected(m, self._manifests)
            if not workloads:
                yield f"Service {name} selects no pods of the Component: traffic through it is not judged"
            elif is_headless(m):
                yield f"Service {name} is headless: it leads to both revisions, and traffic through it is not judged"
            elif len(workloads) > 1:
                names = ", ".join(w["metadata"]["name"] for w in workloads)
                yield (
                    f"Service {name} leads to several workloads ({names}): it leads to both revisions of them, and"
                    " traffic through it is not judged"
                )

    def _narrow(self, applied: Manifest, manifest: Manifest, copy: str | None) -> None:
        """Let an object that is about one workload mean one copy of it."""
        kind, spec = manifest["kind"], applied.get("spec", {})
        if kind == "Deployment" and copy:
            spec["selector"]["matchLabels"][LABEL_COPY] = copy
            spec["template"]["metadata"]["labels"] |= {LABEL_COPY: copy, LABEL_COMPONENT: self._component}
        elif kind == "PodDisruptionBudget" and copy:
            spec["selector"]["matchLabels"][LABEL_COPY] = copy
        elif kind == "Service" and is_split(manifest, self._manifests):
            spec["selector"][LABEL_COPY] = self._copy_of(selected(manifest, self._manifests)[0])

    def _copy_of(self, workload: Manifest) -> str:
        return self._copies["Deployment", workload["metadata"]["name"]]

    def _rewired(self, manifest: Manifest) -> Manifest:
        def new_name(kind: str, name: str) -> str:
            copy = self._copies.get((kind, name))
            return copy_name(name, copy) if copy else name

        return rewired(manifest, new_name)


def _named(manifests: Sequence[Manifest], *kinds: str) -> Iterator[tuple[str, str, Manifest]]:
    return ((m["kind"], m["metadata"]["name"], m) for m in manifests if m["kind"] in kinds)


def _input(manifest: Manifest, namespace: str) -> Manifest:
    """What of a manifest makes a difference: not the namespace, which is the Component's, and not a status."""
    made = {k: v for k, v in manifest.items() if k != "status"}
    made["metadata"] = {k: v for k, v in manifest["metadata"].items() if k != "namespace"}
    if manifest["kind"] == "HTTPRoute" and "rules" in manifest["spec"]:
        made["spec"] = {**manifest["spec"], "rules": local_rules(manifest["spec"]["rules"], namespace)}
    return made


def _content(manifest: Manifest) -> Manifest:
    """What makes an object differ: everything but the size of a workload."""
    if manifest["kind"] != "Deployment":
        return manifest
    return {**manifest, "spec": {k: v for k, v in manifest["spec"].items() if k != "replicas"}}


def _unversioned(manifests: Sequence[Manifest]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the ConfigMaps and Secrets that keep their name because somebody may look for it, and who that is."""
    referred = {(r.kind, r.name) for m in manifests for r in references(m)}
    mentioned = {
        word: f"{m['kind']} {m['metadata']['name']} names it at {path}" for m in manifests for word, path in mentions(m)
    }
    for kind, name, _ in _named(manifests, *CONFIGURATION_KINDS):
        if name in mentioned:
            yield (kind, name), f"{mentioned[name]}, which is not known as a reference"
        elif (kind, name) not in referred:
            yield (kind, name), "no other manifest refers to it, so it is read from elsewhere"
