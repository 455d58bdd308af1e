"""Goals about rights: what adds one comes before the candidate's pods, what takes one away goes after stable's.

While both revisions run each needs what its own manifests give it. So a changed Role, RoleBinding or ServiceAccount
has, from the preparation to the end of the watch, the rights of both. What is changed rather than added stays as stable
has it for that time. Going back applies stable's form again: that is one of the changes which objects.py undoes.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from fairlead.core.release.goal import Missing
from fairlead.core.release.situation import Situation
from fairlead.core.revision.stored import StoredObject

Manifest = dict[str, Any]

#: The lists by which objects give rights, by group and kind: an entry more is a right more.
GIVES_BY: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("rbac.authorization.k8s.io", "Role"): ("rules",),
        ("rbac.authorization.k8s.io", "RoleBinding"): ("subjects",),
        ("", "ServiceAccount"): ("imagePullSecrets", "secrets"),
    }
)
#: A token for every pod, unless this is false.
_AUTOMOUNT = "automountServiceAccountToken"
#: Here the candidate's value comes at once. A binding to another role is refused by the API server, and it is better
#: that it does so before any traffic than after all of it.
_AT_ONCE = ("apiVersion", "roleRef")


def gives_rights(o: StoredObject) -> bool:
    """Whether an object is there to give rights to pods."""
    return o.key[:2] in GIVES_BY


def rights_widened(s: Situation) -> Missing | None:
    """Every right that the candidate adds is given, and none of stable's is missing."""
    return _applied(s, "given", (wide for before, _, wide in _changed(s) if wide.manifest != before.manifest))


def rights_narrowed(s: Situation) -> Missing | None:
    """The rights are those of the candidate, now that the workloads of stable are gone."""
    return _applied(s, "taken away", (after for _, after, wide in _changed(s) if wide.manifest != after.manifest))


def widened(before: StoredObject, after: StoredObject) -> StoredObject:
    """Return an object with the rights of both its forms, stable's first."""
    theirs, ours = before.manifest, after.manifest
    joined = {
        field: _union(theirs[field], ours[field]) for field in GIVES_BY[after.key[:2]] if _has_both(field, theirs, ours)
    }
    at_once = {field: ours[field] for field in _AT_ONCE if field in ours}
    wide = {**_merged(theirs, ours), **joined, **at_once}
    if wide.get(_AUTOMOUNT) is False and not (theirs.get(_AUTOMOUNT) is False and ours.get(_AUTOMOUNT) is False):
        del wide[_AUTOMOUNT]
    return replace(after, manifest=wide)


def _changed(s: Situation) -> Iterator[tuple[StoredObject, StoredObject, StoredObject]]:
    """Yield what gives rights and differs: as stable has it, as the candidate has it, and as both need it."""
    before = {o.key: o for o in s.pair.stable.objects} if s.pair.stable else {}
    for after in s.pair.changed:
        if gives_rights(after):
            yield before[after.key], after, widened(before[after.key], after)


def _applied(s: Situation, what: str, wanted: Iterator[StoredObject]) -> Missing | None:
    missing = tuple(o for o in wanted if o.key not in s.applied)
    if not missing:
        return None
    named = ", ".join(f"{o.kind} {o.name}" for o in missing)
    return Missing(reason="Applying", message=f"rights are {what}: {named}", commands=(s.apply(missing),))


def _has_both(field: str, *manifests: Manifest) -> bool:
    return all(isinstance(m.get(field), list) for m in manifests)


def _union(first: list[Any], second: list[Any]) -> list[Any]:
    return [*first, *(x for x in second if x not in first)]


def _merged(first: Manifest, second: Manifest) -> Manifest:
    """Return the fields of both, at any depth; where they differ the first one's."""
    merged = {**second, **first}
    for field, value in first.items():
        if isinstance(value, dict) and isinstance(second.get(field), dict):
            merged[field] = _merged(value, second[field])
    return merged
