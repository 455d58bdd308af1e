"""Nobody grants by a role or a binding what they do not hold: RBAC's own rule about its objects."""

from collections.abc import Iterable

from fairlead.sim.api.failure import forbidden, not_found
from fairlead.sim.api.guard.attributes import Attributes
from fairlead.sim.api.guard.authorize import GROUP, MASTERS, Rbac
from fairlead.sim.api.guard.guard import Write
from fairlead.sim.api.guard.rules import ALL, Rule, missing, read

ROLES = ("roles", "clusterroles")
BINDINGS = ("rolebindings", "clusterrolebindings")


def check(write: Write, rbac: Rbac) -> None:
    """Refuse a role or a binding that grants more than its writer holds."""
    if write.target.group != GROUP or write.object is None or MASTERS in write.user.groups:
        return
    if write.target.resource in ROLES:
        _role(write, rbac)
    elif write.target.resource in BINDINGS:
        _binding(write, rbac)


def _role(write: Write, rbac: Rbac) -> None:
    new, old = write.object or {}, write.old or {}
    if write.old is not None and all(new.get(key) == old.get(key) for key in ("rules", "aggregationRule")):
        return
    if _may(write, rbac, "escalate", write.target.resource, new["metadata"].get("name", "")):
        return
    _covered(write, rbac, (*ALL,) if new.get("aggregationRule") else read(new.get("rules")))


def _binding(write: Write, rbac: Rbac) -> None:
    new, old = write.object or {}, write.old or {}
    if write.old is not None and all(new.get(key) == old.get(key) for key in ("roleRef", "subjects")):
        return
    ref = new.get("roleRef") or {}
    kind, name = ref.get("kind", ""), ref.get("name", "")
    if _may(write, rbac, "bind", "roles" if kind == "Role" else "clusterroles", name):
        return
    rules = rbac.role(kind, write.target.namespace, name)
    if rules is None:
        raise not_found(GROUP, write.target.resource, name)
    _covered(write, rbac, rules)


def _may(write: Write, rbac: Rbac, verb: str, resource: str, name: str) -> bool:
    namespace = write.target.namespace
    wanted = Attributes(verb=verb, group=GROUP, version="v1", resource=resource, namespace=namespace, name=name)
    return rbac.allowed(write.user, wanted)[0]


def _covered(write: Write, rbac: Rbac, wanted: Iterable[Rule]) -> None:
    lacking = missing(rbac.rules(write.user, write.target.namespace), wanted)
    if not lacking:
        return
    groups = " ".join(f'"{group}"' for group in write.user.groups)
    listed = "\n".join(map(str, lacking))
    who = f'user "{write.user.name}" (groups=[{groups}])'
    why = f"{who} is attempting to grant RBAC permissions not currently held:\n{listed}"
    assert write.object is not None
    raise forbidden(GROUP, write.target.resource, write.object["metadata"].get("name", ""), why)
