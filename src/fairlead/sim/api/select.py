"""Label and field selectors: from their text to a test of what is stored, with the words of the API server when the
text is wrong. Must not know storage, lists or watches.
"""

import re
from collections.abc import Callable

from msgspec import Struct

from fairlead.sim.api.failure import bad_request
from fairlead.sim.api.schema import names
from fairlead.sim.api.storage import Stored
from fairlead.sim.api.types.cause import shown
from fairlead.sim.api.types.kind import Kind

Labels = dict[str, str]
LabelTest = Callable[[Labels], bool]
Selects = Callable[[Stored], bool]


class Selection(Struct, frozen=True, kw_only=True):
    """What a list or a watch wants to see."""

    labels: tuple[LabelTest, ...] = ()
    fields: tuple[tuple[str, str, bool], ...] = ()
    """Field, value, and whether it must be equal or must differ."""
    selectable: tuple[str, ...] = ()
    """The fields of the kind, in the order in which their values are stored."""

    @property
    def name(self) -> str:
        """The one name that can be selected, or nothing."""
        return next((value for field, value, equal in self.fields if field == "metadata.name" and equal), "")

    @property
    def namespace(self) -> str:
        """The one namespace that can be selected, or nothing."""
        return next((value for field, value, equal in self.fields if field == "metadata.namespace" and equal), "")

    @property
    def test(self) -> Selects | None:
        """The test, or None when everything passes."""
        if not self.labels and not self.fields:
            return None
        return self._passes

    def _passes(self, stored: Stored) -> bool:
        for field, value, equal in self.fields:
            if (self._value(stored, field) == value) != equal:
                return False
        return all(test(stored.labels) for test in self.labels)

    def _value(self, stored: Stored, field: str) -> str:
        match field:
            case "metadata.name":
                return stored.name
            case "metadata.namespace":
                return stored.namespace
        return stored.fields[self.selectable.index(field)]


def selection(kind: Kind, labels: str, fields: str) -> Selection:
    """Both selectors of a request. Raises Failure when one cannot be read, or names a field that the kind lacks."""
    terms = _field_terms(kind, fields)
    return Selection(labels=label_tests(labels), fields=terms, selectable=kind.selectable_fields)


def _field_terms(kind: Kind, text: str) -> tuple[tuple[str, str, bool], ...]:
    terms = []
    for term in sorted(part for part in re.findall(r"((?:\\.|[^,\\]|\\\Z)*)(?:,|\Z)", text, re.S) if part):
        found = re.match(r"(.*?)(!=|==|=)(.*)", term, re.S)
        if found is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{term}'")
        terms.append((found[1], _unescaped(found[3]), found[2] != "!="))
    return tuple((_known(kind, field), value, equal) for field, value, equal in terms)


def _unescaped(value: str) -> str:
    wrong = re.search(r"\\(?:[^\\,=]|\Z)", re.sub(r"\\[\\,=]", "", value), re.S)
    if wrong is not None:
        raise bad_request(f"invalid field selector: invalid escape sequence: {wrong[0]}")
    plain = re.search(r"[,=]", re.sub(r"\\[\\,=]", "", value))
    if plain is not None:
        raise bad_request(f"invalid field selector: unescaped character in value: {ord(plain[0])}")
    return re.sub(r"\\([\\,=])", r"\1", value)


def _known(kind: Kind, field: str) -> str:
    if field in ("metadata.name", "metadata.namespace") or field in kind.selectable_fields:
        return field
    if kind.custom or kind.selectable_fields:
        raise bad_request(f"field label not supported: {field}")
    raise bad_request(f'{shown(field)} is not a known field selector: only "metadata.name", "metadata.namespace"')


def label_tests(text: str) -> tuple[LabelTest, ...]:
    """The requirements of a label selector in its written form."""
    return _Parser(text).requirements() if text else ()


class _Parser:
    """One label selector, token by token. `in` and `notin` are operators only where an operator can stand."""

    def __init__(self, text: str) -> None:
        self._tokens = re.findall(r"==|=|!=|!|\(|\)|,|>|<|[^\s=!(),><]+", text)
        self._at = 0

    def requirements(self) -> tuple[LabelTest, ...]:
        found: list[LabelTest] = []
        if not self._peek():
            return ()
        if not (self._is_word() or self._peek() == "!"):
            raise bad_request(f"found '{self._peek()}', expected: !, identifier, or 'end of string'")
        while True:
            found.append(self._requirement())
            follows = self._next()
            if not follows:
                return tuple(found)
            if follows != ",":
                raise bad_request(f"found '{follows}', expected: ',' or 'end of string'")
            if not (self._is_word() or self._peek() == "!"):
                raise bad_request(f"found '{self._peek()}', expected: identifier after ','")

    def _requirement(self) -> LabelTest:
        absent = self._peek() == "!"
        if absent:
            self._next()
        if not self._is_word():
            raise _unparsed(f"found '{self._peek()}', expected: identifier")
        key = self._next()
        wrong = names.qualified_name(key)
        if wrong:
            raise _unparsed(f"<nil>: Invalid value: {shown(key)}: {wrong[0]}")
        if absent:
            return lambda labels: key not in labels
        if self._peek() in ("", ","):
            return lambda labels: key in labels
        return self._comparison(key)

    def _comparison(self, key: str) -> LabelTest:
        operator = self._next()
        if operator not in ("in", "notin", "=", "==", "!=", ">", "<"):
            raise _unparsed(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")
        values = self._values() if operator in ("in", "notin") else [self._value()]
        values = sorted(set(values))
        _check_values(key, operator, values)
        if operator in (">", "<"):
            return _order(key, operator, int(values[0]))
        wanted = frozenset(values)
        if operator in ("!=", "notin"):
            return lambda labels: key not in labels or labels[key] not in wanted
        if len(wanted) == 1:
            (only,) = wanted
            return lambda labels: labels.get(key) == only
        return lambda labels: labels.get(key) in wanted

    def _value(self) -> str:
        if self._peek() in ("", ","):
            return ""
        if not self._is_word():
            raise _unparsed(f"found '{self._peek()}', expected: identifier")
        return self._next()

    def _values(self) -> list[str]:
        if self._peek() != "(":
            raise _unparsed(f"found '{self._peek()}' expected: '('")
        self._next()
        if self._peek() == ")":
            self._next()
            return [""]
        if not (self._is_word() or self._peek() == ","):
            raise _unparsed(f"found '{self._peek()}', expected: ',', ')' or identifier")
        values: list[str] = []
        while True:
            if self._is_word():
                values.append(self._next())
                if self._peek() not in (",", ")"):
                    raise _unparsed(f"found '{self._peek()}', expected: ',' or ')'")
            elif self._peek() == ",":
                self._comma(values)
            if self._peek() == ")":
                self._next()
                return values
            if not (self._is_word() or self._peek() == ","):
                raise _unparsed(f"found '{self._peek()}', expected: ',', or identifier")

    def _comma(self, values: list[str]) -> None:
        """A comma with nothing before or behind it stands for the empty value."""
        self._next()
        if not values or self._peek() in (",", ")"):
            values.append("")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _is_word(self) -> bool:
        token = self._peek()
        return bool(token) and token not in ("==", "=", "!=", "!", "(", ")", ",", ">", "<")


def _check_values(key: str, operator: str, values: list[str]) -> None:
    causes = []
    for at, value in enumerate(values):
        if operator in (">", "<") and not re.match(r"[+-]?[0-9]+\Z", value):
            why = "for 'Gt', 'Lt' operators, the value must be an integer"
            causes.append(f"values[{at}]: Invalid value: {shown(value)}: {why}")
        wrong = names.label_value(value)
        if wrong:
            causes.append(f"values[{at}][{key}]: Invalid value: {shown(value)}: {'; '.join(wrong)}")
    if causes:
        raise _unparsed(causes[0] if len(causes) == 1 else f"[{', '.join(causes)}]")


def _order(key: str, operator: str, bound: int) -> LabelTest:
    def test(labels: Labels) -> bool:
        value = labels.get(key, "")
        if not re.match(r"[+-]?[0-9]+\Z", value):
            return False
        return int(value) > bound if operator == ">" else int(value) < bound

    return test


def _unparsed(why: str) -> Exception:
    return bad_request(f"unable to parse requirement: {why}")
