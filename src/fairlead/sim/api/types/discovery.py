"""Discovery: what a server says about the kinds it serves, in the legacy and the aggregated form, and its version."""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from fairlead.sim.api.types.builtin import document as built_in
from fairlead.sim.api.types.kind import Kind, Subresource
from fairlead.sim.api.types.openapi import OpenApi
from fairlead.sim.api.types.types import Types

_AGGREGATED = "as=APIGroupDiscoveryList"
_ADDRESS = "127.0.0.1:443"


class Discovery:
    """The documents of one server; whoever asks again gets the same until a CRD changes."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._openapi = OpenApi(types)

    def document(self, path: str, accept: str) -> tuple[dict[str, Any], str] | None:
        """The document at a path and its content type; None where there is none."""
        path = path.rstrip("/") or "/"
        if path in {"/api", "/apis"} and _AGGREGATED in accept:
            version = "v2" if "v=v2;" in f"{accept.replace(',', ';')};" else "v2beta1"
            kind = f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
            return self._aggregated(version, core=path == "/api"), kind
        found = self._plain(path)
        # The real server leaves it to Go to guess what the index is.
        media = "text/plain; charset=utf-8" if path == "/openapi/v3" else "application/json"
        return None if found is None else (found, media)

    def _plain(self, path: str) -> dict[str, Any] | None:
        match path.split("/")[1:]:
            case [""]:
                return {"paths": self._paths()}
            case ["version"]:
                return dict(built_in().version)
            case ["api"]:
                address = {"clientCIDR": "0.0.0.0/0", "serverAddress": _ADDRESS}
                return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [address]}
            case ["apis"]:
                return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [*map(self._group, self._groups())]}
            case ["apis", group] if group in self._groups():
                return {"kind": "APIGroup", "apiVersion": "v1", **self._group(group)}
            case ["api", "v1"]:
                return self._resources("", "v1")
            case ["apis", group, version] if version in self._versions(group):
                return self._resources(group, version)
            case ["openapi", "v3", *rest]:
                return self._openapi.document("/".join(rest))
        return None

    def _paths(self) -> list[str]:
        groups = [f"/apis/{group}" for group in self._groups()]
        versions = [f"/apis/{group}/{version}" for group in self._groups() for version in self._versions(group)]
        fixed = ["/api", "/api/v1", "/apis", "/apis/", "/healthz", "/livez", "/openapi/v3", "/openapi/v3/", "/readyz"]
        return sorted([*groups, *versions, *fixed, "/version"])

    def _groups(self) -> list[str]:
        """In the order of priority: the built-in ones first, then those of CRDs by name."""
        first = [group["name"] for group in built_in().groups]
        present = set(self._types.groups()) - {""}
        return [*(name for name in first if name in present), *sorted(present - set(first))]

    def _versions(self, group: str) -> list[str]:
        """The preferred one first."""
        for known in built_in().groups:
            if known["name"] == group:
                return [version["version"] for version in known["versions"]]
        found = dict.fromkeys(kind.version for kind in self._types.resources() if kind.group == group)
        return sorted(found, key=priority, reverse=True)

    def _group(self, group: str) -> dict[str, Any]:
        versions = [{"groupVersion": f"{group}/{one}", "version": one} for one in self._versions(group)]
        return {"name": group, "versions": versions, "preferredVersion": versions[0]}

    def _of(self, group: str, version: str) -> Iterable[Kind]:
        return [kind for kind in self._types.resources() if (kind.group, kind.version) == (group, version)]

    def _resources(self, group: str, version: str) -> dict[str, Any]:
        name = f"{group}/{version}" if group else version
        listed = built_in().resources.get(name)
        if listed is None:
            listed = [entry for kind in self._of(group, version) for entry in _legacy(kind)]
        head = {"kind": "APIResourceList", **({"apiVersion": "v1"} if group else {})}
        return {**head, "groupVersion": name, "resources": listed}

    def _aggregated(self, version: str, *, core: bool) -> dict[str, Any]:
        groups = [""] if core else self._groups()
        return {
            "kind": "APIGroupDiscoveryList",
            "apiVersion": f"apidiscovery.k8s.io/{version}",
            "metadata": {},
            "items": [self._aggregated_group(group) for group in groups],
        }

    def _aggregated_group(self, group: str) -> dict[str, Any]:
        versions = ["v1"] if not group else self._versions(group)
        return {
            "metadata": {"name": group} if group else {},
            "versions": [
                {
                    "version": version,
                    "resources": [_aggregated(kind) for kind in self._of(group, version)],
                    "freshness": "Current",
                }
                for version in versions
            ],
        }


def priority(version: str) -> tuple[int, int, int, str]:
    """Kubernetes' order of versions: v2 over v1 over v1beta1 over v1alpha1 over any other name."""
    number, stage, step = version[1:], 3, ""
    for rank, word in ((2, "beta"), (1, "alpha")):
        if word in number:
            number, _, step = number.partition(word)
            stage = rank
            break
    if version[:1] != "v" or not number.isdigit() or (stage < 3 and not step.isdigit()):
        # Other names follow in the order of the alphabet: the sort is a reversed one.
        return (0, 0, 0, "".join(chr(0x10FFFF - ord(letter)) for letter in version))
    return (stage, int(number), int(step or 0), "")


def _legacy(kind: Kind) -> Iterable[dict[str, Any]]:
    hashed = hashlib.sha256(f"{kind.stored_group}/{kind.stored_version}/{kind.kind}".encode()).digest()[:8]
    yield {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
        **_names(kind),
        "storageVersionHash": base64.b64encode(hashed).decode(),
    }
    for sub in kind.subresources.values():
        other = {"group": sub.group, "version": sub.version} if sub.kind == "Scale" else {}
        head = {"name": f"{kind.plural}/{sub.name}", "singularName": "", "namespaced": kind.namespaced}
        yield {**head, **other, "kind": sub.kind, "verbs": list(sub.verbs)}


def _names(kind: Kind) -> dict[str, Any]:
    return {
        **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
        **({"categories": list(kind.categories)} if kind.categories else {}),
    }


def _aggregated(kind: Kind) -> dict[str, Any]:
    subresources = [
        {"subresource": sub.name, "responseKind": _sub_kind(kind, sub), "verbs": list(sub.verbs)}
        for sub in kind.subresources.values()
    ]
    own = {"group": kind.group, "version": kind.version} if kind.custom else {"group": "", "version": ""}
    return {
        "resource": kind.plural,
        "responseKind": {**own, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
        **_names(kind),
        **({"subresources": subresources} if subresources else {}),
    }


def _sub_kind(kind: Kind, sub: Subresource) -> dict[str, str]:
    own = not kind.custom and (sub.group, sub.version) == (kind.group, kind.version)
    where = {"group": "", "version": ""} if own else {"group": sub.group, "version": sub.version}
    return {**where, "kind": sub.kind}
