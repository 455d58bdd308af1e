"""What two revisions cannot have beside each other: a Release of it is refused before its first write.

There is one Service and one ServiceAccount of a name for both revisions. Most that changes in them can be added before
the candidate starts, changed with the traffic, or taken away at the end. What is here cannot: on one of the ways,
forward or back, requests would be lost or not resolved, or pods would act as somebody whom nobody has judged.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fairlead.core.release.pair import Pair
from fairlead.core.revision.refused import Refused
from fairlead.core.revision.selection import selector_of
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.core.traffic.http_route import backend_ports

#: Annotations of a ServiceAccount that say as whom its pods act outside of the cluster. Amazon and Azure look at them
#: when a pod is created, Google whenever it asks for a token.
IDENTITIES = (
    "azure.workload.identity/client-id",
    "azure.workload.identity/tenant-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
)


def refused_beside(pair: Pair) -> tuple[Refused, ...]:
    """Return what the candidate changes in a way that stable cannot stand beside."""
    if pair.stable is None:
        return ()
    before = {o.key: o for o in pair.stable.objects}
    found = [refused for after in pair.changed for refused in _refused(before[after.key], after)]
    return (*found, *_ports(pair.candidate, pair.stable))


def _refused(before: StoredObject, after: StoredObject) -> Iterator[Refused]:
    if after.kind == "Service":
        yield from _selector(before, after)
    elif after.key[:2] == ("", "ServiceAccount"):
        yield from _identity(before, after)


def _selector(before: StoredObject, after: StoredObject) -> Iterator[Refused]:
    """Kubernetes publishes no endpoints for a Service without a selector, and leaves those that it has."""
    if bool(selector_of(before.manifest)) == bool(selector_of(after.manifest)):
        return
    gains = bool(selector_of(after.manifest))
    way = "once it went back" if gains else "once they are removed"
    whose = "the candidate's" if gains else "stable's"
    yield Refused(
        f"Service {after.name}: spec.selector",
        "",
        f"is {'new' if gains else 'gone'}: a Service that loses its selector goes on leading to the pods that it had,"
        f" so that {way} its requests would go to {whose} pods that are gone",
        "Give the new form of the Service a name of its own",
    )


def _ports(candidate: StoredRevision, stable: StoredRevision) -> Iterator[Refused]:
    """During a release the routes of both revisions lead to the Services of both, by the ports that they name."""
    lacking = {(name, port, "candidate") for name, port in _lacking(stable, candidate)}
    lacking |= {(name, port, "revision that serves") for name, port in _lacking(candidate, stable)}
    for name, port, where in sorted(lacking):
        yield Refused(
            f"Service {name}: spec.ports",
            str(port),
            f"is named by a route, and is no port of the Service in the {where}: routes lead to both for a while",
            "Let the Service have both in one release, move the routes in the next, and then take the old one away",
        )


def _lacking(own: StoredRevision, other: StoredRevision) -> Iterator[tuple[str, int]]:
    """Yield the Services and ports that routes of a revision lead to in it, and that the other one lacks."""
    ours, theirs = _service_ports(own), _service_ports(other)
    for o in own.objects:
        if o.kind == "HTTPRoute":
            for name, port in backend_ports(o.manifest["spec"].get("rules") or ()):
                if port in ours.get(name, ()) and port not in theirs.get(name, {port}):
                    yield name, port


def _service_ports(revision: StoredRevision) -> dict[str, set[Any]]:
    services = (o for o in revision.objects if o.kind == "Service")
    return {o.name: {p.get("port") for p in (o.manifest.get("spec") or {}).get("ports") or ()} for o in services}


def _identity(before: StoredObject, after: StoredObject) -> Iterator[Refused]:
    was, will_be = _annotations(before), _annotations(after)
    for name in IDENTITIES:
        if was.get(name) != will_be.get(name):
            yield Refused(
                f"ServiceAccount {after.name}: metadata.annotations",
                f"{name}={will_be.get(name, '')}",
                f"is another identity than that of the revision that serves ({was.get(name) or 'none'}), and pods of"
                " both have this account: the candidate's would act as what they were not judged as, or stable's as"
                " what they are not",
                "Give the account with the new identity a name of its own, and name it in the Deployments",
            )


def _annotations(o: StoredObject) -> Mapping[str, str]:
    return o.manifest["metadata"].get("annotations") or {}
