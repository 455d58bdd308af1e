"""From a Struct to the structural OpenAPI schema that a CustomResourceDefinition wants.

Kubernetes takes only a part of OpenAPI: every node has exactly one type, nothing is referred to, nothing is open unless
it says so. What a Struct says by its types is translated here; what only Kubernetes knows (list types, CEL rules,
embedded objects) stands beside the field as `extra_json_schema` and is copied.

Defaults are filled in by the API server, so that `kubectl get -o yaml` shows the whole plan and an upgrade of Fairlead
never changes the plan of a Component that exists. Inside lists they are not: tools that compare what they applied with
what is stored compare a list as a whole, and would see a difference for ever.
"""

import inspect
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.inspect import (
    AnyType,
    BoolType,
    DictType,
    Field,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

Schema = dict[str, Any]


def schema_of(struct: type[Struct]) -> Schema:
    """Return the structural schema of a Struct.

    Raises TypeError for a type that has no structural form: a union of two types, a float, a tuple of fixed length.
    """
    return _node(type_info(struct), fill_in=True)


def _node(shape: Type, *, fill_in: bool) -> Schema:
    """One node of the schema; `fill_in` says whether the defaults below it are declared."""
    match shape:
        case Metadata(type=inner, extra_json_schema=extra):
            said = extra or {}
            return said | _node(inner, fill_in=fill_in) | said  # the description first, as people read it
        case StructType():
            return _struct(shape, fill_in=fill_in)
        case UnionType(types=types):
            return _optional(types, fill_in=fill_in)
        case VarTupleType(item_type=item, min_length=least, max_length=most):
            bounds = _present(minItems=least, maxItems=most)
            items = _node(item, fill_in=False)
            return {"type": "array", **bounds, "x-kubernetes-list-type": "atomic", "items": items}
        case DictType(value_type=AnyType()):
            return {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        case DictType(value_type=value):
            return {"type": "object", "additionalProperties": _node(value, fill_in=False)}
        case _:
            return _scalar(shape)


def _scalar(shape: Type) -> Schema:
    match shape:
        case BoolType():
            return {"type": "boolean"}
        case LiteralType(values=values):
            return {"type": "string", "enum": list(values)}
        case StrType(min_length=least, max_length=most, pattern=pattern):
            return {"type": "string", **_present(minLength=least, maxLength=most, pattern=pattern)}
        case IntType(ge=least, le=most, gt=None, lt=None, multiple_of=None):
            return {"type": "integer", "format": "int64", **_present(minimum=least, maximum=most)}
        case _:
            raise TypeError(
                f"{shape} has no structural schema: use Struct, tuple[T, ...], dict, str, int, bool, Literal"
            )


def _struct(shape: StructType, *, fill_in: bool) -> Schema:
    required = [f.encode_name for f in shape.fields if f.required]
    return {
        "description": inspect.cleandoc(shape.cls.__doc__ or "").replace("\n", " "),
        "type": "object",
        **({"required": required} if required else {}),
        "properties": {f.encode_name: _property(f, fill_in=fill_in) for f in shape.fields},
    }


def _property(field: Field, *, fill_in: bool) -> Schema:
    node = _node(field.type, fill_in=fill_in)
    default = _plain_default(field)
    node["description"] = " ".join([node.get("description", ""), *_told(node, default)]).strip()
    # Empty and absent mean the same in every resource of ours; but an object must be there for its fields to be filled.
    empty = default in (None, "", []) or (default == {} and "properties" not in node)
    if fill_in and not empty:
        node["default"] = default
    return node


def _told(node: Schema, default: Any) -> list[str]:
    """What `kubectl explain` does not show by itself: the range and the default, as sentences."""
    ranged = "minimum" in node and "maximum" in node
    return [
        *([f"From {node['minimum']} to {node['maximum']}."] if ranged else []),
        *([f"Default: {default}."] if default and isinstance(default, str | int) else []),
    ]


def _plain_default(field: Field) -> Any:
    """Return the default as JSON has it, None when there is none.

    The default of a Struct is empty where it is what its own fields declare.
    """
    value = field.default if field.default_factory is NODEFAULT else field.default_factory()
    if value is NODEFAULT:
        return None
    if isinstance(value, Struct) and value == type(value)():
        return {}
    return msgspec.json.decode(msgspec.json.encode(value))


def _optional(types: tuple[Type, ...], *, fill_in: bool) -> Schema:
    match [t for t in types if not isinstance(t, NoneType)]:
        case [only] if len(types) == 2:  # the other one is None
            return _node(only, fill_in=fill_in) | {"nullable": True}
        case _:
            raise TypeError(f"{types} is a union: a structural schema has one type")


def _present(**bounds: int | str | None) -> Schema:
    return {name: bound for name, bound in bounds.items() if bound is not None}
