"""Which kinds one server serves: the built-in ones, and those of the established CustomResourceDefinitions."""

from collections.abc import Iterable
from typing import Any

from fairlead.sim.api.types.builtin import builtin_kinds
from fairlead.sim.api.types.crd import kinds_of
from fairlead.sim.api.types.kind import Kind


class Types:
    """Finds a kind by its path or by its name."""

    def __init__(self, kinds: Iterable[Kind] | None = None) -> None:
        """With `kinds`, exactly these; otherwise all built-in ones."""
        self._by_path: dict[tuple[str, str, str], Kind] = {}
        self._by_kind: dict[tuple[str, str, str], Kind] = {}
        self._of_crd: dict[str, list[Kind]] = {}
        self._defined: dict[str, dict[str, Any]] = {}
        self.generation = 0
        """Changes with every added or removed CRD: what is derived from the kinds can be kept by it."""
        for kind in builtin_kinds() if kinds is None else kinds:
            self._add(kind)

    def find(self, group: str, version: str, resource: str) -> Kind | None:
        """The kind at /apis/<group>/<version>/<resource>."""
        return self._by_path.get((group, version, resource))

    def by_kind(self, group: str, version: str, kind: str) -> Kind | None:
        """The kind with this name."""
        return self._by_kind.get((group, version, kind))

    def groups(self) -> list[str]:
        """The groups that are served, in the order in which they came."""
        return list(dict.fromkeys(kind.group for kind in self._by_path.values()))

    def resources(self) -> list[Kind]:
        """Every kind in every version, in the order in which they came."""
        return list(self._by_path.values())

    def add_crd(self, crd: dict[str, Any]) -> bool:
        """Serve what an established CustomResourceDefinition defines, in place of what it defined before.

        Returns whether that is anything else.
        """
        name = crd["metadata"]["name"]
        defined = {"spec": crd["spec"], "names": crd["status"]["acceptedNames"]}
        if self._defined.get(name) == defined:
            return False
        self.remove_crd(name)
        self._defined[name] = defined
        kinds = self._of_crd[name] = kinds_of(crd)
        for kind in kinds:
            self._add(kind)
        return True

    def remove_crd(self, name: str) -> None:
        """Serve it no longer; a name that is not known is nothing to do."""
        self.generation += 1
        self._defined.pop(name, None)
        for kind in self._of_crd.pop(name, []):
            del self._by_path[kind.group, kind.version, kind.plural]
            del self._by_kind[kind.group, kind.version, kind.kind]

    def _add(self, kind: Kind) -> None:
        self._by_path[kind.group, kind.version, kind.plural] = kind
        self._by_kind.setdefault((kind.group, kind.version, kind.kind), kind)
