"""TokenRequest: the kind of the subresource by which a ServiceAccount is given a token. It is never stored."""

from functools import cache

from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Kind, Object, Write
from fairlead.sim.api.types.unstored import unstored

GROUP, VERSION, KIND = "authentication.k8s.io", "v1", "TokenRequest"
DEFAULT_S = 3600
MIN_S, MAX_S = 600, 2**32


@cache
def token_kind() -> Kind:
    """Made once for all servers of a process: it never changes."""
    return unstored(GROUP, VERSION, KIND, validate=_validate, fill=_fill)


def _fill(obj: Object) -> None:
    if obj["spec"].get("expirationSeconds") is None:
        obj["spec"]["expirationSeconds"] = DEFAULT_S


def _validate(obj: Object, _write: Write) -> list[Cause]:
    asked = obj["spec"]["expirationSeconds"]
    if asked < MIN_S:
        return [invalid("spec.expirationSeconds", asked, "may not specify a duration less than 10 minutes")]
    if asked > MAX_S:
        return [invalid("spec.expirationSeconds", asked, "may not specify a duration larger than 2^32 seconds")]
    return []
