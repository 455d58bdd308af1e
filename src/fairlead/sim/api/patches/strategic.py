"""Strategic merge patch: lists of built-in kinds are merged by their keys, and directives say what else is meant.

`$patch: delete | replace`, `$retainKeys`, `$setElementOrder/list`, `$deleteFromPrimitiveList/list`.
"""

from typing import Any

from fairlead.sim.api.copied import copied
from fairlead.sim.api.failure import Failure, bad_request, unexplained
from fairlead.sim.api.patches.elements import DIRECTIVE, bad_type, element_type, interleave, no_key, partition
from fairlead.sim.api.patches.nulls import without_nulls
from fairlead.sim.api.printed import json_type, printed
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.kind import Object

_RETAIN = "$retainKeys"
_ORDER = "$setElementOrder"
_DELETE = "$deleteFromPrimitiveList"
_BAD_RETAIN = "invalid patch format of retainKeys"
_BAD_ORDER = "invalid patch format of setElementOrder list"
_BAD_DELETE = "invalid patch format of primitive list"


def apply(document: Object, patch: Any, schema: Schema) -> Object:
    """The patched document. Raises Failure: 400, 422, and 500 for what the API server does not explain."""
    if patch is not None and not isinstance(patch, dict):
        raise bad_request(f"json: cannot unmarshal {json_type(patch)} into Go value of type map[string]interface {{}}")
    # Both are written to on the way.
    document, patch = copied([document, patch or {}])
    return _merge_map(document, patch, schema)


def _merge_map(original: Object, patch: Object, schema: Schema) -> Object:
    if DIRECTIVE in patch:
        return _directed(patch)
    _retain_keys(original, patch)
    _set_orders(original, patch, schema)
    for given, value in patch.items():
        name, deletes = given, given.startswith(_DELETE)
        if deletes:
            name = _name(given, _DELETE, _BAD_DELETE)
        if value is None:
            original.pop(name, None)
        elif type(original.get(name)) is not type(value):
            if not deletes:
                _set(original, name, value)
        elif isinstance(value, dict):
            field = _field(schema, name)
            replaced = "replace" in field.patch_strategy
            original[name] = value if replaced else _merge_map(original[name], value, field)
        elif isinstance(value, list):
            original[name] = _merge_list(original[name], value, _list_field(schema, name), deletes=deletes)
        else:
            original[name] = value
    return original


def _directed(patch: Object) -> Object:
    match patch[DIRECTIVE]:
        case "replace":
            return {name: value for name, value in patch.items() if name != DIRECTIVE}
        case "delete":
            return {}
        case other:
            raise unexplained(f"unknown patch type: {printed(other)} in map: {printed(patch)}")


def _set(original: Object, name: str, value: Any) -> None:
    """Take a value of the patch where there is nothing to merge it with."""
    kept, value = _without_directives(without_nulls(value))
    if kept:
        original[name] = value
    else:
        original.pop(name, None)


def _without_directives(value: Any) -> tuple[bool, Any]:
    """Whether the value stays at all, and what of it."""
    match value:
        case dict():
            if DIRECTIVE in value:
                return False, None
            pairs = ((name, _without_directives(one)) for name, one in value.items())
            return True, {name: one for name, (kept, one) in pairs if kept}
        case list():
            return True, [one for kept, one in map(_without_directives, value) if kept]
    return True, value


def _retain_keys(original: Object, patch: Object) -> None:
    if _RETAIN not in patch:
        return
    retained = patch.pop(_RETAIN)
    if not isinstance(retained, list):
        raise bad_request(_BAD_RETAIN)
    for name, value in patch.items():
        if value is not None and not name.startswith((_DELETE, _ORDER)) and name not in retained:
            raise bad_request(_BAD_RETAIN)
    for name in [name for name in original if name not in retained]:
        del original[name]


def _set_orders(original: Object, patch: Object, schema: Schema) -> None:
    """Merge the lists whose order the patch sets; what is merged here is taken out of the patch."""
    for given in [name for name in patch if name.startswith(_ORDER)]:
        order = patch.pop(given)
        if not isinstance(order, list):
            raise bad_type("[]interface {}", order)
        name = _name(given, _ORDER, _BAD_ORDER)
        live, patched = original.get(name), patch.get(name)
        for value, there in ((live, name in original), (patched, name in patch)):
            if there and not isinstance(value, list):
                raise bad_type("[]interface {}", value)
        field = _list_field(schema, name)
        _check_order(patched, order, field.patch_merge_key)
        if live is None and patched is None:
            continue
        if live is None:
            merged = _without_directives(patched)[1]
        elif patched is None:
            merged = live
        else:
            merged = _merge_list(live, patched, field, deletes=False)
        ours, others = partition(merged, order, field.patch_merge_key)
        element_type(live or [], patched or [])
        original[name] = interleave(ours, others, order, live or [], field.patch_merge_key)
        patch.pop(name, None)


def _check_order(patched: list[Any] | None, order: list[Any], merge_key: str) -> None:
    """The patch's own items must stand in the order that it sets."""
    if not patched or not order:
        return
    wanted = iter(order)
    for item in patched:
        if isinstance(item, dict) and DIRECTIVE in item:
            continue
        if not any(_equal(item, one, merge_key) for one in wanted):
            raise unexplained(
                f"The order in patch list:\n{printed(patched)}\n doesn't match {_ORDER} list:\n{printed(order)}\n"
            )


def _equal(one: Any, other: Any, merge_key: str) -> bool:
    if not merge_key:
        return bool(one == other)
    for item in (one, other):
        if not isinstance(item, dict):
            raise bad_type("map[string]interface {}", item)
        if merge_key not in item:
            raise no_key(item, merge_key)
    return bool(one[merge_key] == other[merge_key])


def _merge_list(original: list[Any], patch: list[Any], field: Schema, *, deletes: bool) -> list[Any]:
    if not deletes and "merge" not in field.patch_strategy:
        return patch
    if not original and not patch:
        return original
    key = field.patch_merge_key
    if element_type(original, patch) != "map[string]interface {}":
        if deletes:
            return [item for item in original if item not in patch]
        merged = list(dict.fromkeys([*original, *patch]))
    else:
        if not key:
            raise unexplained("cannot merge lists without merge key for struct")
        original, patch = _special(original, patch, key)
        merged = _merge_items(list(original), patch, key, field.items or field)
    ours, others = partition(merged, patch, key)
    return interleave(ours, others, patch, original, key)


def _special(original: list[Any], patch: list[Any], key: str) -> tuple[list[Any], list[Any]]:
    """Do what the directives among the items say. Returns the live items that are left, and the other items."""
    plain = []
    replaces = False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            plain.append(item)
        elif directive == "delete":
            if key not in item:
                raise no_key(item, key)
            original = [live for live in original if not _has_key(live, key, item[key])]
        elif directive == "replace":
            replaces = True
        elif directive == "merge":
            raise unexplained("merging lists cannot yet be specified in the patch")
        else:
            raise unexplained(f"unknown patch type: {printed(directive)} in map: {printed(item)}")
    return (plain, []) if replaces else (original, plain)


def _has_key(item: Object, key: str, value: Any) -> bool:
    return key in item and type(item[key]) is type(value) and bool(item[key] == value)


def _merge_items(original: list[Any], patch: list[Any], key: str, schema: Schema) -> list[Any]:
    for item in patch:
        if key not in item:
            raise no_key(item, key)
        for index, live in enumerate(original):
            if _has_key(live, key, item[key]):
                original[index] = _merge_map(live, item, schema)
                break
        else:
            original.append(item)
    return original


def _name(given: str, prefix: str, complaint: str) -> str:
    """The list that a directive is about."""
    before, slash, name = given.partition("/")
    if not slash or before != prefix:
        raise bad_request(complaint)
    return name


def _field(schema: Schema, name: str) -> Schema:
    field = schema.properties.get(name)
    if field is None:
        raise _unknown(schema, name)
    return field


def _list_field(schema: Schema, name: str) -> Schema:
    field = _field(schema, name)
    if field.type != "array":
        raise unexplained("expected slice or array type, but got: struct")
    return field


def _unknown(schema: Schema, name: str) -> Failure:
    if not schema.properties:
        return unexplained("merging an object in json but data type is not struct, instead is: map")
    return unexplained(f'unable to find api field in struct {schema.go_name} for the json field "{name}"')


def used(patch: Any, document: Any) -> Any:
    """What the API server tells of a patch that it has laid over a document: it took directives out on the way."""
    if not isinstance(patch, dict) or not isinstance(document, dict):
        return patch
    ordered = {name.partition("/")[2] for name in patch if name.startswith(f"{_ORDER}/")}
    return {
        name: used(value, document.get(name))
        for name, value in patch.items()
        if name not in ordered
        and name != _RETAIN
        and not name.startswith(f"{_ORDER}/")
        and (name, value) != (DIRECTIVE, "replace")
    }
