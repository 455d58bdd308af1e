"""Small random values: few names and few values, so that what is drawn meets what was drawn before."""

from random import Random
from typing import Any

Object = dict[str, Any]

VALUES = ("1", "2")


class Draw:
    """Draws from a source that a test shrinks, or that a seed replays."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def one(self, options: Any) -> Any:
        """One of these."""
        options = list(options)
        return options[self._rng.randrange(len(options))]

    def some(self, options: Any, least: int = 0) -> list[Any]:
        """Some of these in any order, none twice."""
        left = list(options)
        count = self._rng.randint(least, len(left))
        return [left.pop(self._rng.randrange(len(left))) for _ in range(count)]

    def happens(self, in_hundred: int = 50) -> bool:
        """Whether something is done."""
        return self._rng.randrange(100) >= 100 - in_hundred

    def number(self, least: int, most: int) -> int:
        """A whole number."""
        return self._rng.randint(least, most)

    def value(self) -> str:
        """A text."""
        return str(self.one(VALUES))

    def entries(self, names: Any = "abc") -> Object:
        """A map of texts."""
        return {name: self.value() for name in self.some(names)}

    def parts(self, **makers: Any) -> Object:
        """Some parts of an object, each made when it is drawn."""
        return {name.rstrip("_"): make() for name, make in makers.items() if self.happens(25)}

    def metadata(self) -> Object:
        """What a client says of an object beside its name."""
        return self.parts(
            labels=lambda: self.one([self.entries(), None]) if self.happens(20) else self.entries(),
            annotations=self.entries,
            finalizers=lambda: self.some(FINALIZERS),
            ownerReferences=lambda: [self._owner(name) for name in self.some("vw")],
        )

    def _owner(self, name: str) -> Object:
        owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": f"{name}-uid"}
        return owner | self.parts(blockOwnerDeletion=self.happens, controller=self.happens)


FINALIZERS = ("example.com/a", "example.com/b", "example.com/c")
