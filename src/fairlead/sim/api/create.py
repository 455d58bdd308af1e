"""Create: a new object from a body, or the answer to a review."""

from typing import Any

import msgspec

from fairlead.sim.api import decode
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.meta import dedup_owners, metadata, place, wipe
from fairlead.sim.api.options import write_options
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.write import answer, insert

Object = dict[str, Any]


def create(call: Call) -> Answer:
    """Create what the body says, or answer it when it is a review."""
    options = write_options(call.request, "CreateOptions")
    obj = decode.body(call, options.validation)
    wipe(obj)
    place(call.kind, obj, call.target.namespace)
    dedup_owners(obj, call.warnings)
    if "get" not in call.kind.verbs:
        return _review(call, obj, options.manager)
    given = metadata(obj).pop("resourceVersion", None) or ""
    return answer(call, 201, insert(call, obj, options, given_version=given))


def _review(call: Call, obj: Object, by: str) -> Answer:
    managed = updated(None, obj, kind=call.kind, manager=by, now=call.state.now())
    found = call.state.guard.review(call.kind.kind, managed, call.user, call.target.namespace)
    return Answer(status=201, headers={"Content-Type": call.view.media}, body=msgspec.json.encode(found))
