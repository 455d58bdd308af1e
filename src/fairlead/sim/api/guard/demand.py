"""What a pod asks for: the sum of its containers, or its largest init container where that is more."""

from typing import Any

from fairlead.sim.api.schema.quantity import Quantity, parse

Object = dict[str, Any]


def by_container(pod: Object) -> list[Object]:
    """Init containers first, as they run."""
    spec = pod["spec"]
    return [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]


def of_pod(pod: Object) -> dict[str, dict[str, str]]:
    """`requests` and `limits` of the whole pod."""
    return {part: _sum(pod, part) for part in ("requests", "limits")}


def _sum(pod: Object, part: str) -> dict[str, str]:
    total: dict[str, Quantity] = {}
    for container in pod["spec"].get("containers") or ():
        for name, amount in _asked(container, part).items():
            total[name] = plus(total.get(name), amount)
    for container in pod["spec"].get("initContainers") or ():
        for name, amount in _asked(container, part).items():
            total[name] = max(total.get(name, amount), amount, key=lambda quantity: quantity.value)
    return {name: str(amount) for name, amount in total.items()}


def _asked(container: Object, part: str) -> dict[str, Quantity]:
    asked = (container.get("resources") or {}).get(part) or {}
    return {name: parse(str(text)) for name, text in asked.items()}


def plus(one: Quantity | None, other: Quantity) -> Quantity:
    """The sum, in the format of the first that is not nothing."""
    if one is None or not one.value:
        return other
    return Quantity(one.value + other.value, one.format)
