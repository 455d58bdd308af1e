"""What every write has in common: from an object that a verb made to what is stored of it.

Managers, admission, what the kind prepares and validates, and storage, in the order of the real server.
"""

from typing import Any

import msgspec

from fairlead.sim.api import crds, encode, names, namespaces
from fairlead.sim.api.apply.managed import entries
from fairlead.sim.api.apply.scale import have_two_orders
from fairlead.sim.api.apply.times import keep_times
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.failure import (
    OPTIMISTIC_LOCK,
    Failure,
    already_exists,
    conflict,
    generated_name_taken,
    invalid,
    unexplained,
)
from fairlead.sim.api.finalize import is_finished
from fairlead.sim.api.guard.guard import Write
from fairlead.sim.api.meta import (
    count_generation,
    dedup_owners,
    keep,
    keep_generation,
    metadata,
    version,
)
from fairlead.sim.api.options import WriteOptions
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Stored, Table, key_of
from fairlead.sim.api.types import cause
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.kind import Write as KindWrite

Object = dict[str, Any]

GENERATED_NAMES = 8
"""How often a name is made up before the server gives in."""


def answer(call: Call, status: int, body: bytes, *, as_stored: bool = False) -> Answer:
    """An answer with one object, as the client wants to see it. A status comes with all that is stored."""
    as_stored = as_stored or call.target.subresource == "status"
    shown = encode.one(call.view, call.kind, body, call.state.now(), as_stored=as_stored)
    return Answer(status=status, headers={"Content-Type": call.view.media}, body=encode.written(call.view, shown))


def insert(call: Call, obj: Object, options: WriteOptions, *, managed: bool = False, given_version: str = "") -> bytes:
    """Store a new object. Returns its body.

    `managed`: its managers are set. `given_version`: it came with a version, which is refused as late as the real one
    does; a trial is answered with it.
    """
    state, kind = call.state, call.kind
    if not managed:
        find = state.versions(kind)
        obj = updated(None, obj, kind=kind, manager=options.manager, now=state.now(), versions=find)
    write = admission(call, "CREATE", obj, None, options)
    namespaces.check_open(call, obj)
    crds.check_open(call, metadata(obj).get("name", ""))
    state.guard.mutate(write)
    assert write.object is not None
    obj = write.object
    dedup_owners(obj, call.warnings)
    meta = metadata(obj)
    if meta.get("name") or not meta.get("generateName"):
        return _insert(call, write, obj, options, given_version=given_version)
    packed = msgspec.json.encode(obj)
    for attempt in range(GENERATED_NAMES):
        trial = msgspec.json.decode(packed)
        metadata(trial)["name"] = names.generated(meta["generateName"], state.rng)
        if attempt + 1 == GENERATED_NAMES or _key(call, trial) not in state.table(kind).objects:
            break
    return _insert(call, write, trial, options, given_version=given_version)


def admission(call: Call, operation: Any, obj: Object | None, old: Object | None, options: WriteOptions) -> Write:
    """A write as the guards see it."""
    told: Object = {"kind": f"{operation.capitalize()}Options", "apiVersion": "meta.k8s.io/v1"}
    if options.dry_run:
        told["dryRun"] = ["All"]
    if operation != "DELETE":
        given = {name: call.request.first(name) for name in ("fieldManager", "fieldValidation")}
        told |= {name: text for name, text in given.items() if text}
    return Write(
        operation=operation,
        target=call.target,
        kind=call.kind,
        user=call.user,
        object=obj,
        old=old,
        options=told,
        dry_run=options.dry_run,
        warnings=call.warnings,
    )


def admit(call: Call, kind: Kind, obj: Object, options: WriteOptions) -> Object:
    """An object of another kind, written through a subresource and never stored, as the guards let it pass."""
    write = admission(call, "CREATE", obj, None, options)
    write.kind = kind
    call.state.guard.mutate(write)
    assert write.object is not None
    call.state.guard.check(write)
    return write.object


def _insert(call: Call, write: Write, obj: Object, options: WriteOptions, *, given_version: str) -> bytes:
    state, kind = call.state, call.kind
    meta = metadata(obj)
    meta["creationTimestamp"] = state.now()
    meta["uid"] = names.uid(state.rng)
    meta.pop("resourceVersion", None)
    seen = KindWrite(old=None, surroundings=state, dry_run=options.dry_run)
    kind.prepare(obj, seen)
    if kind.generation != "never":
        meta["generation"] = 1
    causes = kind.validate(obj, seen)
    name = meta.get("name", "")
    if causes:
        raise invalid(kind.group, kind.kind, name, causes)
    call.warnings.extend(kind.warnings(obj, seen))
    write.object = obj
    state.guard.check(write)
    if not options.dry_run and given_version.strip("0").isdecimal():
        raise unexplained("resourceVersion should not be set on objects to be created")
    table = state.table(kind)
    if _key(call, obj) in table.objects:
        raise _taken(call, table, obj)
    hidden = _hidden(call, obj)
    if options.dry_run:
        if given_version:
            meta["resourceVersion"] = given_version
        return encode.stored_form(kind, obj)
    stored = state.put(kind, obj, hidden)
    state.guard.committed(write)
    return stored.body


def _taken(call: Call, table: Table, obj: Object) -> Exception:
    meta = metadata(obj)
    being_deleted = "deletionTimestamp" in table.objects[_key(call, obj)].decode()["metadata"]
    refuse = generated_name_taken if meta.get("generateName") else already_exists
    return refuse(call.target.group, call.target.resource, meta["name"], being_deleted=being_deleted)


def _key(call: Call, obj: Object) -> str:
    return key_of(call.target.namespace, metadata(obj)["name"])


def allow_create(call: Call) -> None:
    """Whoever creates by changing must be allowed to create."""
    call.state.guard.allow(call.user, msgspec.structs.replace(call.target, verb="create"))


def check_uid(call: Call, obj: Object, old: Object) -> None:
    """Refuse a change that means an object that has gone, and whose name another one has."""
    wanted, found = metadata(obj).get("uid"), metadata(old)["uid"]
    if wanted and wanted != found:
        raise precondition_failed(call, "UID", wanted, found)


def precondition_failed(call: Call, what: str, wanted: str, found: str) -> Failure:
    """The refusal of the storage itself, as the API server passes it on."""
    target = call.target
    folder = f"{target.group}/{target.resource}" if call.kind.custom else target.resource
    why = (
        f"StorageError: invalid object, Code: 4, Key: /registry/{folder}/{call.key}, ResourceVersion: 0, "
        f"AdditionalErrorMsg: Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}"
    )
    return conflict(target.group, target.resource, target.name, why)


def change(
    call: Call, stored: Stored, old: Object, new: Object, options: WriteOptions, *, managed: bool = False
) -> bytes:
    """Store `new` in place of `old`. Returns the body; where nothing differs, nothing is stored."""
    state, kind, sub = call.state, call.kind, call.target.subresource
    if not managed:
        find = state.versions(kind)
        new = updated(old, new, kind=kind, manager=options.manager, subresource=sub, now=state.now(), versions=find)
    write = admission(call, "UPDATE", new, old, options)
    state.guard.mutate(write)
    assert write.object is not None
    new = write.object
    dedup_owners(new, call.warnings)
    _check_version(call, stored, new)
    keep_generation(new, old)
    seen = KindWrite(old=old, subresource=sub, surroundings=state, dry_run=options.dry_run)
    kind.prepare(new, seen)
    count_generation(kind, sub, new, old)
    keep(new, old)
    causes = kind.validate(new, seen)
    if causes:
        raise invalid(kind.group, kind.kind, metadata(new).get("name", ""), causes)
    call.warnings.extend(kind.warnings(new, seen))
    if kind.custom or _hidden(call, new) == state.hidden.get(stored.uid, b""):
        keep_times(old, new)
    write.object = new
    state.guard.check(write)
    if not is_finished(new, old):
        return _store(call, stored, old, new, options, write)
    if not options.dry_run:
        state.remove(kind, stored)
        state.guard.committed(admission(call, "DELETE", None, old, options))
    return encode.stored_form(kind, new)


def _hidden(call: Call, new: Object) -> bytes:
    """What the real server would store of an object beside what it shows: with another, the version is another one.

    That is the order of its managers, and of a custom resource the parts that are dropped when it is read.
    """
    if not call.kind.custom:
        call.kind.settle(new)
        return b"scale" if call.target.subresource == "scale" and have_two_orders(entries(new)) else b""
    raw = msgspec.json.encode(new, order="sorted")
    call.kind.settle(new)
    if call.kind.converted:
        # The conversion to the stored version drops them.
        return b""
    return raw if raw != msgspec.json.encode(new, order="sorted") else b""


def _store(call: Call, stored: Stored, old: Object, new: Object, options: WriteOptions, write: Any) -> bytes:
    state = call.state
    hidden = _hidden(call, new)
    if same(old, new) and hidden == state.hidden.get(stored.uid, b""):
        return stored.body
    if options.dry_run:
        return encode.stored_form(call.kind, new)
    written = state.put(call.kind, new, hidden)
    state.guard.committed(write)
    return written.body


def same(one: Object, other: Object) -> bool:
    """Whether two objects are stored alike. True is not 1 here, unlike in Python."""
    if one != other:
        return False
    encoded = msgspec.json.encode(one, order="sorted")
    return encoded == msgspec.json.encode(other, order="sorted")


def _check_version(call: Call, stored: Stored, new: Object) -> None:
    """Refuse a change that was decided on another version, or on none where the kind wants one."""
    asked, target = version(new), call.target
    if not asked and not call.kind.unconditional_update:
        causes = [cause.invalid("metadata.resourceVersion", 0, "must be specified for an update")]
        raise invalid(target.group, target.resource, target.name, causes)
    if asked and asked != stored.version:
        raise conflict(target.group, target.resource, target.name, OPTIMISTIC_LOCK)
    metadata(new)["resourceVersion"] = str(stored.version)
