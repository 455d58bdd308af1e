"""Sets of fields that were written when the schema was another one."""

from fairlead.sim.api.apply.fieldset import LEAF, SELF, Fields
from fairlead.sim.api.apply.shape import DEDUCED, Shape


def reconcile(fields: Fields, shape: Shape) -> Fields:
    """What had parts and is one leaf now, is owned as a whole. The same set where nothing has changed."""
    out = fields
    for element, below in fields.items():
        if not below or element == SELF:
            continue
        child = shape.fields.get(element) or (shape.element if element[0] == "f" else shape.item)
        if child is None:
            continue
        node = _node(below, child)
        if node is not below:
            if out is fields:
                out = dict(fields)
            out[element] = node
    return out


def _node(below: Fields, shape: Shape) -> Fields:
    if shape.map:
        if shape.element is DEDUCED and not shape.fields:
            return below
        return LEAF if shape.atomic_map else reconcile(below, shape)
    if shape.list:
        return LEAF if shape.atomic_list else reconcile(below, shape)
    return below
