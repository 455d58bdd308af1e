"""What becomes of a live object when a configuration is laid over it. Nothing is ever removed by this.

Neither argument is changed. Where nothing changes, the result *is* the live value: who compares the two afterwards
need not look inside.
"""

from typing import Any

from fairlead.sim.api.apply.shape import UNTYPED, Shape
from fairlead.sim.api.schema.same import same

_WITH_PARTS = frozenset((dict, list))


def merge(live: Any, configured: Any, shape: Shape) -> Any:
    """Leaves are the configuration's, maps and lists with items have the parts of both."""
    kind = type(configured)
    if kind is dict and shape.map and not shape.atomic_map:
        if type(live) is dict:
            return _merge_maps(live, configured, shape)
        return configured
    if kind is list and shape.list and not shape.atomic_list:
        if type(live) is not list:
            return configured
        return _merge_lists(live, configured, shape) if live and configured else live or configured
    if configured is None and live and _has_parts(live, shape):
        # A null stands for no parts, and so takes none away.
        return live
    return live if same(live, configured) else configured


def _has_parts(live: Any, shape: Shape) -> bool:
    match live:
        case dict():
            return shape.map and not shape.atomic_map
        case list():
            return shape.list and not shape.atomic_list and not shape.map
    return False


def _merge_maps(live: dict[str, Any], configured: dict[str, Any], shape: Shape) -> dict[str, Any]:
    out = live
    properties, others = shape.properties, shape.element or UNTYPED
    for name, value in configured.items():
        if name in live:
            below = live[name]
            if type(value) is type(below) and type(value) not in _WITH_PARTS and value == below:
                continue
            merged = merge(below, value, known[1] if (known := properties.get(name)) else others)
            if merged is below:
                continue
        else:
            merged = value
        if out is live:
            out = dict(live)
        out[name] = merged
    return out


def _merge_lists(live: list[Any], configured: list[Any], shape: Shape) -> list[Any]:
    live_names = [shape.named(item) for item in live]
    names = [shape.named(item) for item in configured]
    if live_names == names and len(set(names)) == len(names):
        merged_items = [merge(below, item, shape.item) for below, item in zip(live, configured, strict=True)]
        return live if all(map(_is, merged_items, live)) else merged_items
    before = _index(live_names, live)
    after = dict(zip(names, configured, strict=True))

    def merged(name: str) -> Any:
        # An item that is there twice is replaced, not merged.
        below = before.get(name)
        return after[name] if below is None else merge(below, after[name], shape.item)

    out = [
        live[index] if index >= 0 else merged(names[-index - 1]) for index in _order(live_names, names, before, after)
    ]
    return live if len(out) == len(live) and all(map(_is, out, live)) else out


def _is(one: Any, other: Any) -> bool:
    return one is other


def _index(names: list[str], items: list[Any]) -> dict[str, Any]:
    """Items by their name; None for a name that several have."""
    found: dict[str, Any] = {}
    for name, item in zip(names, items, strict=True):
        found[name] = None if name in found else item
    return found


def _order(live: list[str], names: list[str], before: dict[str, Any], after: dict[str, Any]) -> list[int]:
    """Where each item of the result comes from: n is the live item n, -n - 1 the configured item n merged into it.

    Items keep the order of the configuration, and live ones that it does not name stay in front of the shared item that
    follows them.
    """
    shared = iter([name for name in names if name in before])
    next_shared = next(shared, None)
    out: list[int] = []
    done: set[str] = set()
    left = right = 0
    while left < len(live) or right < len(names):
        if left < len(live) and right < len(names):
            name = live[left]
            if name == names[right]:
                done.add(name)
                out.append(-right - 1)
                left, right = left + 1, right + 1
                next_shared = next(shared, None)
                continue
            if name in after and next_shared is not None and next_shared != name:
                left += 1
                continue
        if left < len(live):
            if live[left] not in after:
                out.append(left)
                left += 1
                continue
            if live[left] in done:
                left += 1
        if right < len(names):
            name = names[right]
            done.add(name)
            out.append(-right - 1)
            right += 1
            if next_shared == name:
                next_shared = next(shared, None)
    return out
