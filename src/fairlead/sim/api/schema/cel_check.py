"""Whether an expression of CEL can hold for values of these types, in the words of the CEL of the API server.

Macros over two variables are not in the tree that the library gives: an expression with one is not looked into.
"""

from collections.abc import Mapping

from fairlead.sim.api.schema.cel_declarations import Overload, declarations
from fairlead.sim.api.schema.cel_literals import wrong_literals
from fairlead.sim.api.schema.cel_solve import Solution
from fairlead.sim.api.schema.cel_tree import Node, Tree
from fairlead.sim.api.schema.cel_types import BOOL, DYN, ERROR, Type, list_of, map_of, optional

_CONSTANTS = {name: Type(name) for name in ("null", "bool", "int", "uint", "double", "string", "bytes")}
_TYPE_NAMES = frozenset((*_CONSTANTS, "list", "map", "type", "null_type")) - {"null"}
_TWO_VARIABLES = frozenset(("all", "exists", "exists_one", "existsOne", "transformList", "transformMap"))
Wrong = tuple[int, str]
"""The part that is wrong, and why."""


def check(tree: Tree, text: str, variables: Mapping[str, Type]) -> tuple[Type | None, str]:
    """The type of the expression, and what is wrong with it: nothing, or a text of a few lines for each error.

    There is no type where the expression is not looked into.
    """
    checker = _Checker(variables)
    try:
        found = checker.type_of(tree.root)
    except _NotLookedInto:
        return None, ""
    types = {id_: checker.solution.seen(one, final=True) for id_, one in checker.types.items()}
    wrong = checker.wrong or list(wrong_literals(tree.root, types))
    lines = text.split("\n")
    told = sorted((tree.place(id_), why) for id_, why in wrong)
    return checker.solution.seen(found, final=True), "\n".join(
        f"ERROR: <input>:{line}:{column + 1}: {why}\n | {lines[line - 1]}\n | {'.' * column}^"
        for (line, column), why in told
    )


class _NotLookedInto(Exception):
    """The expression has a part of which nothing is known here."""


class _Checker:
    def __init__(self, variables: Mapping[str, Type]) -> None:
        self.wrong: list[Wrong] = []
        self.types: dict[int, Type] = {}
        self.solution = Solution()
        self._scopes: list[Mapping[str, Type]] = [variables]

    def type_of(self, node: Node) -> Type:
        match node.kind:
            case "const":
                found = _CONSTANTS[node.name]
            case "ident":
                found = self._ident(node)
            case "select":
                found = self._select(node)
            case "call":
                found = self._call(node)
            case "list":
                found = list_of(self._joined(list(node.parts), node.optional))
            case "map":
                keys = self._joined(list(node.parts[::2]), frozenset())
                found = map_of(keys, self._joined(list(node.parts[1::2]), node.optional))
            case "comprehension":
                found = self._comprehension(node)
            case _:
                raise _NotLookedInto
        self.types[node.id] = self.solution.seen(found)
        return self.types[node.id]

    def _error(self, id_: int, why: str) -> Type:
        self.wrong.append((id_, why))
        return ERROR

    def _ident(self, node: Node) -> Type:
        for scope in reversed(self._scopes):
            if node.name in scope:
                return scope[node.name]
        if node.name in _TYPE_NAMES:
            return Type("type", (DYN,))
        return self._error(node.id, f"undeclared reference to '{node.name}' (in container '')")

    def _select(self, node: Node) -> Type:
        assert node.target is not None
        target = self.type_of(node.target)
        found = self._field(node.id, target, node.name)
        return BOOL if node.test else found

    def _field(self, id_: int, target: Type, name: str) -> Type:
        target = self.solution.seen(target)
        if target.name == "optional_type":
            inner = self._field(id_, target.parameters[0], name)
            return inner if inner.name in {"optional_type", "!error!"} else optional(inner)
        if target.fields is not None:
            return target.fields.of.get(name) or self._error(id_, f"undefined field '{name}'")
        if target.name == "map":
            return target.parameters[1]
        if self._is_dynamic(target):
            return DYN
        return self._error(id_, f"type '{self._told(target)}' does not support field selection")

    def _call(self, node: Node) -> Type:
        if node.name == "_?._":
            return self._optional_field(node)
        if node.target is not None and (qualified := self._qualified(node)):
            return self._resolved(node, qualified, list(node.parts), member=False)
        if node.target is not None and len(node.parts) > 2 and node.name in _TWO_VARIABLES:
            raise _NotLookedInto
        if node.name not in declarations():
            for part in (node.target, *node.parts):
                if part is not None:
                    self.type_of(part)
            return self._error(node.id, f"undeclared reference to '{node.name}' (in container '')")
        if node.name in {"_&&_", "_||_"}:
            for part in node.parts:
                self._must_be(part, BOOL)
            return BOOL
        arguments = [*([node.target] if node.target is not None else []), *node.parts]
        return self._resolved(node, node.name, arguments, member=node.target is not None)

    def _qualified(self, node: Node) -> str:
        """The name of a function with a prefix, as optional.of, when it is one."""
        assert node.target is not None
        name = f"{node.target.name}.{node.name}"
        declared = any(node.target.name in scope for scope in self._scopes)
        return name if node.target.kind == "ident" and not declared and name in declarations() else ""

    def _optional_field(self, node: Node) -> Type:
        found = self._field(node.id, self.type_of(node.parts[0]), node.parts[1].value)
        return found if found.name in {"optional_type", "!error!"} else optional(found)

    def _resolved(self, node: Node, name: str, arguments: list[Node], *, member: bool) -> Type:
        given = [self.type_of(one) for one in arguments]
        result: Type | None = None
        for overload in declarations()[name]:
            found = self._result(overload, given, member=member)
            if found is not None:
                result = found if result in (None, found) else DYN
        if result is not None:
            return result
        told = [self._told(one) for one in given]
        form = f"{told[0]}.({', '.join(told[1:])})" if member else f"({', '.join(told)})"
        return self._error(node.id, f"found no matching overload for '{name}' applied to '{form}'")

    def _result(self, overload: Overload, given: list[Type], *, member: bool) -> Type | None:
        if overload.member != member or len(overload.parameters) != len(given):
            return None
        names: dict[str, Type] = {}
        wanted = [self.solution.fresh(one, names) for one in overload.parameters]
        if not self.solution.agree(list(zip(given, wanted, strict=True))):
            return None
        return self.solution.seen(self.solution.fresh(overload.result, names))

    def _comprehension(self, node: Node) -> Type:
        over, start, condition, step, result = node.parts
        range_ = self.type_of(over)
        collected = self.type_of(start)
        self._scopes.append({node.variables[1]: collected})
        self._scopes.append({node.variables[0]: self._running(over.id, range_)})
        self._must_be(condition, BOOL)
        self._must_be(step, collected)
        self._scopes.pop()
        found = self.type_of(result)
        self._scopes.pop()
        return self.solution.seen(found)

    def _is_dynamic(self, type_: Type) -> bool:
        """Whether only the run can tell what it is. A type that is still open is decided so."""
        if type_.name.startswith("?"):
            self.solution.agree([(type_, DYN)])
            return True
        return type_.name in {"dyn", "!error!"}

    def _running(self, id_: int, range_: Type) -> Type:
        """The type of the variable that runs over a range."""
        if range_.name in {"list", "map"}:
            return range_.parameters[0]
        if self._is_dynamic(range_):
            return DYN
        why = "cannot be range of a comprehension (must be list, map, or dynamic)"
        return self._error(id_, f"expression of type '{self._told(range_)}' {why}")

    def _must_be(self, node: Node, wanted: Type) -> None:
        found = self.type_of(node)
        if not self.solution.agree([(wanted, found)]):
            self._error(node.id, f"expected type '{self._told(wanted)}' but found '{self._told(found)}'")

    def _joined(self, parts: list[Node], may_lack: frozenset[int]) -> Type:
        """The one type of all these; where they differ, any."""
        joined: Type | None = None
        for index, part in enumerate(parts):
            found = self.type_of(part)
            if index in may_lack and found.name == "optional_type":
                found = found.parameters[0]
            if joined is None:
                joined = found
            elif joined.name != "dyn" and not self.solution.agree([(joined, found)]):
                joined = DYN
        return self.solution.unknown() if joined is None else self.solution.seen(joined)

    def _told(self, type_: Type) -> str:
        return str(self.solution.seen(type_, final=True))
