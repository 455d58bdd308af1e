"""The subresources that are no view of the object itself: which of them is served by what."""

from collections.abc import Callable
from typing import Any

from fairlead.sim.api import eviction, scale, token, update
from fairlead.sim.api.failure import Failure, bad_request, not_found
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call

_SERVED: dict[tuple[str, str], Callable[[Call], Answer]] = {
    ("scale", "get"): scale.get,
    ("scale", "update"): scale.update,
    ("scale", "patch"): scale.patch,
    ("eviction", "create"): eviction.evict,
    ("binding", "create"): eviction.bind,
    ("token", "create"): token.request,
    ("finalize", "update"): update.update,
}


def serve(call: Call) -> Answer:
    """Do what is asked of a subresource. Raises Failure (501) where it would take more than an API."""
    target = call.target
    found = _SERVED.get((target.subresource, target.verb))
    if found is not None:
        return found(call)
    stored = call.stored()
    if target.name and stored is None:
        raise not_found(target.group, target.resource, target.name)
    if stored is not None and (target.group, target.resource) == ("", "pods"):
        _check_pod(call, stored.decode())
        if target.subresource == "log" and not stored.decode()["spec"].get("nodeName"):
            return Answer(status=204)
    message = f"{target.resource}/{target.subresource} needs a node or a signer, and the simulated API has none"
    raise Failure(501, "NotImplemented", message, {"name": target.name, "kind": target.resource})


def _check_pod(call: Call, pod: dict[str, Any]) -> None:
    """Refuse what no node could answer either."""
    name, asked = call.target.name, call.request.first("container")
    containers = [container["name"] for container in pod["spec"]["containers"]]
    if asked and asked not in containers:
        raise bad_request(f"container {asked} is not valid for pod {name}")
    if call.target.subresource != "log":
        if not pod["spec"].get("nodeName"):
            raise bad_request(f"pod {name} does not have a host assigned")
    elif not asked and len(containers) > 1:
        listed = " ".join(containers)
        raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{listed}]")
