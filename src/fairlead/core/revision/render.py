"""Render a Revision: copies under names that end in the digest of their content, everything that names them rewired.

What did not change has the same name in both revisions and is shared by them. The size of a workload is not part of its
content: scaling is not a release.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from fairlead.api.meta import LABEL_COMPONENT, LABEL_COPY, LABEL_MANAGED_BY
from fairlead.core.revision.check import check
from fairlead.core.revision.digest import SUFFIX_LENGTH, digest, suffix
from fairlead.core.revision.order import install_rank
from fairlead.core.revision.references import references, rewired, strings
from fairlead.core.revision.refused import Refused
from fairlead.core.revision.selection import is_split, selected
from fairlead.core.revision.stored import StoredObject, StoredRevision

Manifest = dict[str, Any]

#: Version of this rewriting. Stored revisions are never rewritten again; a higher number only tells them apart.
REWRITING = 1
LONGEST_NAME = 63
CONFIGURATION_KINDS = ("ConfigMap", "Secret")


class Rendered(Struct, frozen=True, kw_only=True):
    """The Revision, or what is wrong; and what a plan should tell."""

    revision: StoredRevision | None
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()


def render(manifests: Sequence[Manifest], *, component: str, namespace: str) -> Rendered:
    """Render the manifests of a Component. Everything that is wrong with them is returned at once."""
    refused = check(manifests, namespace)
    if refused:
        return Rendered(revision=None, refused=tuple(refused))
    ordered = sorted(manifests, key=lambda m: install_rank(m["kind"], m["metadata"]["name"]))
    inputs = digest([digest(m) for m in ordered])
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
        self._unversioned = {m["metadata"]["name"]: m["kind"] for m in manifests if _is_named_elsewhere(m, manifests)}
        self._copies: dict[tuple[str, str], str] = {}
        for m in manifests:
            if m["kind"] in CONFIGURATION_KINDS and m["metadata"]["name"] not in self._unversioned:
                self._copies[m["kind"], m["metadata"]["name"]] = suffix(digest(_content(m)))
        for m in manifests:
            if m["kind"] == "Deployment":
                self._copies["Deployment", m["metadata"]["name"]] = suffix(digest(_content(self._rewired(m))))

    def object(self, manifest: Manifest) -> StoredObject:
        """Return one object as it is applied."""
        kind, source_name = manifest["kind"], manifest["metadata"]["name"]
        copy = self._copies.get((kind, source_name))
        name = copy_name(source_name, copy) if copy else source_name
        applied = self._rewired(manifest)
        labels = {
            LABEL_MANAGED_BY: "fairlead",
            **(applied["metadata"].get("labels") or {}),
            LABEL_COMPONENT: self._component,
        }
        applied["metadata"] = {**applied["metadata"], "name": name, "namespace": self._namespace, "labels": labels}
        if kind == "Deployment" and copy:
            applied["spec"] = self._workload_spec(applied["spec"], copy)
        if kind == "Service" and is_split(manifest, self._manifests):
            workload = selected(manifest, self._manifests)[0]["metadata"]["name"]
            selector = {**applied["spec"]["selector"], LABEL_COPY: self._copies["Deployment", workload]}
            applied["spec"] = {**applied["spec"], "selector": selector}
        return StoredObject(
            api_version=manifest["apiVersion"],
            kind=kind,
            name=name,
            source_name=source_name,
            role="Copy" if copy else "Single",
            digest=digest(_content(applied)),
            manifest=applied,
        )

    def warnings(self) -> list[str]:
        """Return what a plan should tell."""
        told = [
            f"{kind} {name} changes in place: its name also stands where Fairlead does not know it as a reference"
            for name, kind in sorted(self._unversioned.items())
        ]
        for m in self._manifests:
            if m["kind"] == "Service" and not is_split(m, self._manifests):
                name = m["metadata"]["name"]
                told.append(
                    f"Service {name} is headless or leads to several workloads: traffic through it is not judged"
                )
        return told

    def _rewired(self, manifest: Manifest) -> Manifest:
        def new_name(kind: str, name: str) -> str:
            copy = self._copies.get((kind, name))
            return copy_name(name, copy) if copy else name

        return rewired(manifest, new_name)

    def _workload_spec(self, spec: Manifest, copy: str) -> Manifest:
        ours = {LABEL_COPY: copy}
        template = spec["template"]
        labels = {**template["metadata"]["labels"], **ours, LABEL_COMPONENT: self._component}
        return {
            **spec,
            "selector": {**spec["selector"], "matchLabels": {**spec["selector"]["matchLabels"], **ours}},
            "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
        }


def copy_name(name: str, copy: str) -> str:
    """Return the name of a copy: the source's name, shortened where it must be, and the suffix."""
    return f"{name[: LONGEST_NAME - len(copy) - 1].rstrip('-.')}-{copy}"


def _content(manifest: Manifest) -> Manifest:
    """What makes an object differ: everything but its size, and the status that a copied live object may carry."""
    content = {k: v for k, v in manifest.items() if k != "status"}
    if manifest["kind"] == "Deployment":
        content["spec"] = {k: v for k, v in manifest["spec"].items() if k != "replicas"}
    return content


def _is_named_elsewhere(manifest: Manifest, manifests: Sequence[Manifest]) -> bool:
    """Whether the name of a ConfigMap or Secret stands at a place that is not known as a reference.

    Then it cannot be renamed: somebody would look for it under its old name.
    """
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if kind not in CONFIGURATION_KINDS:
        return False
    for other in manifests:
        body = {k: v for k, v in other.items() if k not in ("apiVersion", "kind", "metadata")}
        if other["kind"] == "Deployment":
            places = sum(name == s for s in strings(other["spec"]["template"].get("spec") or {}))
            known = sum(r.name == name for r in references(other))
            if places > known + _own_names(other, name):
                return True
        elif other is not manifest and other["kind"] not in CONFIGURATION_KINDS:
            places = sum(name == s for s in strings(body))
            if places > sum(r.name == name for r in references(other)) and other["kind"] not in (
                "Service",
                "HTTPRoute",
            ):
                return True
    return False


def _own_names(deployment: Manifest, name: str) -> int:
    """How often a pod uses the name for things of its own: volumes, their mounts, and containers."""
    pod = deployment["spec"]["template"].get("spec") or {}
    containers = [*(pod.get("containers") or ()), *(pod.get("initContainers") or ())]
    own = [v.get("name") for v in pod.get("volumes") or ()] + [c.get("name") for c in containers]
    own += [m.get("name") for c in containers for m in c.get("volumeMounts") or ()]
    return own.count(name)
