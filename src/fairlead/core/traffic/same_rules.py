"""Whether two lists of HTTPRoute rules are the same once the API server has filled in what was left out.

A field of a live rule that was not asked for is a difference, unless it is a default, or a field that this version of
Fairlead does not know: that one may be a default of a later Gateway API, and to undo it would be a fight without end.
"""

from collections.abc import Sequence
from typing import Any

#: Defaults of the HTTPRoute schema, standard and experimental channel of Gateway API 1.5: (object, field) -> values.
_ROOT = {"type": "PathPrefix", "value": "/"}
DEFAULTS: dict[tuple[str, str], Any] = {
    ("", "matches"): [{"path": _ROOT}],
    ("matches", "path"): _ROOT,
    ("path", "type"): "PathPrefix",
    ("path", "value"): "/",
    ("headers", "type"): "Exact",
    ("queryParams", "type"): "Exact",
    ("backendRefs", "group"): "",
    ("backendRefs", "kind"): "Service",
    ("backendRefs", "weight"): 1,
    ("backendRef", "group"): "",
    ("backendRef", "kind"): "Service",
    ("cors", "maxAge"): 5,
    ("fraction", "denominator"): 100,
    ("requestRedirect", "statusCode"): 302,
    ("sessionPersistence", "type"): "Cookie",
    ("cookie", "lifetimeType"): "Session",
    ("cookie", "path"): "/",
}
#: Every field of a rule in that schema.
FIELDS = frozenset(
    """absoluteTimeout add allowCredentials allowHeaders allowMethods allowOrigins allowedHeaders
    allowedResponseHeaders attempts backendRef backendRefs backendRequest backoff codes cookie cors denominator
    exposeHeaders extensionRef externalAuth filters forwardBody fraction group grpc header headers hostname http kind
    lifetimeType matches maxAge maxSize method name namespace numerator path percent port protocol queryParams remove
    replaceFullPath replacePrefixMatch request requestHeaderModifier requestMirror requestRedirect
    responseHeaderModifier retry scheme sessionPersistence set statusCode timeouts type urlRewrite value
    weight""".split()  # noqa: SIM905 - one a line would be three pages
)


def same_rules(live: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Whether the API server would store `wanted` as `live`."""
    # A route without rules is given one without anything.
    return _same(list(live) or [{}], list(wanted) or [{}], "")


def _same(live: Any, wanted: Any, inside: str) -> bool:
    if isinstance(live, dict) and isinstance(wanted, dict):
        return all(_same_field(live, wanted, inside, field) for field in live.keys() | wanted.keys())
    if isinstance(live, list | tuple) and isinstance(wanted, list | tuple):
        return len(live) == len(wanted) and all(_same(x, y, inside) for x, y in zip(live, wanted, strict=True))
    return bool(live == wanted)


def _same_field(live: dict[str, Any], wanted: dict[str, Any], inside: str, field: str) -> bool:
    default = DEFAULTS.get((inside, field))
    ours, theirs = wanted.get(field, default), live.get(field, default)
    if _is_nothing(ours):
        return _is_nothing(theirs) or field not in FIELDS
    return _same(theirs, ours, field)


def _is_nothing(value: Any) -> bool:
    return value is None or value == []
