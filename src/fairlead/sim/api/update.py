"""Update: another object in place of the stored one."""

from fairlead.sim.api import decode
from fairlead.sim.api.failure import not_found
from fairlead.sim.api.meta import check_name, dedup_owners, place
from fairlead.sim.api.options import write_options
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.write import allow_create, answer, change, check_uid, insert


def update(call: Call) -> Answer:
    """Store the object in the body in place of the one that is named."""
    target = call.target
    options = write_options(call.request, "UpdateOptions")
    obj = decode.body(call, options.validation)
    place(call.kind, obj, target.namespace)
    check_name(obj, target.name)
    dedup_owners(obj, call.warnings)
    stored = call.stored()
    if stored is None:
        if target.subresource or not call.kind.create_on_update:
            raise not_found(target.group, target.resource, target.name)
        allow_create(call)
        return answer(call, 201, insert(call, obj, options))
    old = call.state.load(call.kind, stored)
    check_uid(call, obj, old)
    return answer(call, 200, change(call, stored, old, obj, options))
