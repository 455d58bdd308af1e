"""Types that are yet to be found, and whether one type may stand for another."""

from fairlead.sim.api.schema.cel_types import DYN, Type

_NULLABLE = frozenset(("null", "timestamp", "duration"))
_PLAIN = frozenset(("bool", "int", "uint", "double", "string", "bytes", "list", "map", "type", "dyn", "!error!"))


class Solution:
    """What was found out about the unknown types of one expression."""

    def __init__(self) -> None:
        self._found: dict[str, Type] = {}
        self._count = 0

    def unknown(self) -> Type:
        """A type that nothing is known of."""
        self._count += 1
        return Type(f"?{self._count}")

    def fresh(self, type_: Type, names: dict[str, Type]) -> Type:
        """The type of a declaration with unknown types of its own in place of its letters."""
        if type_.name.startswith("?"):
            if type_.name not in names:
                names[type_.name] = self.unknown()
            return names[type_.name]
        return Type(type_.name, tuple(self.fresh(one, names) for one in type_.parameters), type_.fields)

    def seen(self, type_: Type, *, final: bool = False) -> Type:
        """The type as far as it is known; in the end what is unknown may be anything."""
        while type_.name in self._found:
            type_ = self._found[type_.name]
        if type_.name.startswith("?"):
            return DYN if final else type_
        if not type_.parameters:
            return type_
        return Type(type_.name, tuple(self.seen(one, final=final) for one in type_.parameters), type_.fields)

    def agree(self, pairs: list[tuple[Type, Type]]) -> bool:
        """Whether each pair may stand for each other. What that teaches is kept only if all may."""
        before = dict(self._found)
        if all(self._agree(one, other) for one, other in pairs):
            return True
        self._found = before
        return False

    def _agree(self, one: Type, other: Type) -> bool:
        one, other = self.seen(one), self.seen(other)
        for unknown, known in ((one, other), (other, one)):
            if unknown.name.startswith("?"):
                return self._learn(unknown, known)
        if {one.name, other.name} & {"dyn", "!error!"}:
            return True
        if "null" in (one.name, other.name):
            return _nullable(one) and _nullable(other)
        if one.name != other.name:
            return False
        if one.name == "type":
            return True
        return all(self._agree(a, b) for a, b in zip(one.parameters, other.parameters, strict=True))

    def _learn(self, unknown: Type, known: Type) -> bool:
        if unknown.name == known.name:
            return True
        if _holds(known, unknown):
            return False
        self._found[unknown.name] = known
        return True


def _nullable(type_: Type) -> bool:
    return type_.name in _NULLABLE or type_.name not in _PLAIN


def _holds(type_: Type, unknown: Type) -> bool:
    return type_.name == unknown.name or any(_holds(one, unknown) for one in type_.parameters)
