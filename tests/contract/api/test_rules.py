"""Rules of custom resources as they are written: which the server refuses, and in which words."""

from typing import Any

import pytest

from tests.contract.api.both import Both

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
TEXT = {"type": "string", "maxLength": 9}
ITEM = {"type": "object", "required": ["k"], "properties": {"k": TEXT, "v": {"type": "integer"}}}
SPEC: dict[str, Any] = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "f": {"type": "number"},
        "b": {"type": "boolean"},
        "s": TEXT,
        "bytes": {"type": "string", "format": "byte", "maxLength": 9},
        "date": {"type": "string", "format": "date-time"},
        "time": {"type": "string", "format": "duration"},
        "l": {"type": "array", "maxItems": 3, "items": TEXT},
        "nn": {"type": "array", "maxItems": 3, "items": {"type": "array", "maxItems": 3, "items": {"type": "integer"}}},
        "m": {"type": "object", "maxProperties": 3, "additionalProperties": {"type": "integer"}},
        "mixed": {"x-kubernetes-int-or-string": True},
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "any": {"x-kubernetes-preserve-unknown-fields": True},
        "o": {"type": "object", "properties": {"in": TEXT, "a-b": TEXT, "x.y": {"type": "integer"}}},
        "things": {
            "type": "array",
            "maxItems": 3,
            "items": ITEM,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["k"],
        },
    },
}
EXPRESSIONS = """
self.n == 1
self.none == 1
self.n == 's'
self.n == 1.0
self.n == 1u
self.f == 1.0 && self.f > 1
self.f == 1
self.n
self.s
self.b
self.l
self
self.mixed
self.n > 1 && self.f < 2.0 || self.b
self.n && self.b
!self.n
!self.b
-self.s == 's'
-self.n < 0
self.n + self.f > 1.0
self.n + 1 > self.n % 2
self.s + self.n == 's'
self.b + self.b
self.n < self.f
self.s < 'x'
self.l < self.l
self.n == 's' && self.s == 1
self == null
self.o == null
self.s == null
self.l == null
self.date == null
self.open == null
self.open.a == 1
self.any == 1
self.mixed == 1 && self.mixed == 's'
self.mixed.x == 1
self.date > timestamp('2020-01-01T00:00:00Z')
self.date == 's'
self.date > timestamp('2020')
self.date.getFullYear() > 2000
self.date - self.date > duration('1s')
self.date + self.date == self.date
self.time > duration('1s') && self.time == 1
self.time > duration('1x')
self.bytes == b'a'
self.bytes == 'a'
self.bytes.size() > 2
self.l.all(i, i == 's')
self.l.all(i, i == 1)
self.l.exists(i, i)
self.l.exists_one(i, i.startsWith('a'))
self.l.map(i, i.size()).sum() > 3
self.l.map(i, i.size() > 1, i).size() > 1
self.l.filter(i, i)
self.l.filter(i, i != '').size() == 1
self.l.all(i, j == 1)
self.l.all(i)
self.s.all(i, i == 1)
self.n.all(i, i == 1)
self.m.all(k, self.m[k] > 1)
self.m.all(k, k > 1)
self.m.a == 1
self.m['a'] == 'x'
self.m[1] == 1
'a' in self.m
1 in self.m
self.n in self.l
self.s in self.l
self.n in [1, 2]
self.s in [1, 2]
self.l[0] == 's'
self.l[0] == 1
self.l['a'] == 's'
self.nn[0][0] == 1
self.nn[0][0] == 's'
self.nn.all(i, i.all(j, j == 's'))
self.nn.map(i, i.sum()).sum() > 's'
self.nn.isSorted()
self.l.isSorted()
self.l.sum() == 'a'
self.l.max() == 'a'
self.l.indexOf('a') == 1
self.l.indexOf(1) == 1
self.l.foo()
foo(1)
self.l + ['a'] == self.l
self.l + [1] == self.l
self.l == self.m
[1, 'a'].size() == 2
[1, dyn('a')].size() == 2
{'a': 1, 'b': 'c'}.size() == 2
{'a': 1}.b == 1
{'a': 1}['b'] == 's'
[].size() == 0
[] == self.l
{} == self.m
[[]] == self.l
has(self.n)
has(self.none)
has(self.o.__in__)
has(self.things)
has(self)
self.o.__in__ == 's'
self.o.in == 's'
self.o.a__dash__b == 's'
self.o.x__dot__y == 's'
self.things.all(t, t.v > 1)
self.things.all(t, t.w > 1)
self.things.exists(t, has(t.v) && t.v == 's')
self.things.map(t, t.v).sum() > 1
self.things[0].k == 1
true ? self.n : self.s
self.b ? self.n == 1 : self.s == 's'
self.n ? true : false
(true ? 1 : 's') == 1
self.?n.orValue(1) == 1
self.?n.orValue('x') == 'x'
self.?none.hasValue()
self.o.?__in__.hasValue()
self.?o.__in__.orValue('') == 's'
self.?o.n.hasValue()
self.l[?0].orValue('') == 's'
self.m[?'a'].hasValue()
self.m[?1].hasValue()
optional.of(self.n).value() == 's'
optional.none().orValue(1) == 1
optional.of(self.n).optMap(x, x + 1).orValue('s') == 's'
optional.of(self.s).optMap(x, x + 1).hasValue()
[?self.?s].size() == 1
{?'a': self.?n}.size() == 1
cel.bind(x, self.n, x == 1)
cel.bind(x, self.n, x == 's')
type(self.n) == int
type(self.n) == string
type(self.n) == 1
type(self.mixed) == string && self.mixed.matches('a')
dyn(self.n) == 's'
int(self.s) == 's'
string(self.n) == 's'
string(self.l) == 's'
double(self.n) == self.f
bool(self.n)
size(self.n) == 1
size(self.s) == 1
self.n.size() == 1
self.s.size()
self.s.startsWith(1)
self.s.startsWith('a', 'b')
self.n.startsWith('a')
self.s.matches('a')
self.s.matches('(')
self.n.matches('s')
matches(self.s, 'a')
self.s.split(',').size() == self.n
self.s.split(',')[0] == 1
self.s.replace('a', 1) == 's'
self.s.substring(1) == self.s.lowerAscii()
self.s.charAt('a') == 's'
self.l.join(',') == self.s
self.nn.join() == self.s
'%s'.format([self.n]) == 's'
'%s %d'.format([self.s, self.n]) == 's'
'%s'.format([self.n]) == 1
'%s'.format(self.n) == 's'
self.s.find('a') == 'a' && self.s.findAll('a').size() == 1
self.s.findAll('a') == 'a'
quantity(self.s).isGreaterThan(quantity('1'))
quantity(self.s).isGreaterThan(1)
quantity(self.s) == 1
quantity(self.s) == quantity('1')
quantity(self.s).add(1).asInteger() == self.n
quantity(self.n).sign() == 1
sign(quantity(self.s)) == 1
isQuantity(self.s)
isQuantity(self.n)
ip(self.s) == ip('1.1.1.1')
ip(self.s) == self.s
ip(self.n).family() == 4
isIP(self.s) && ip.isCanonical(self.s)
cidr(self.s).containsIP('1.1.1.1') && cidr(self.s).containsCIDR(cidr('1.1.1.0/24'))
cidr(self.s).containsIP(1)
cidr(self.s).ip() == ip(self.s)
cidr(self.s).masked() == ip(self.s)
url(self.s).getHost() == 'a'
url(self.s).getHost() == 1
url(self.s).getQuery()['a'] == ['b']
url(self.s).getQuery()['a'] == 'b'
isURL(self.l)
format.dns1123Label().validate(self.s).hasValue()
format.dns1123Label().validate(self.s) == 's'
format.dns1123Label().validate(self.n).hasValue()
format.none().validate(self.s).hasValue()
format.named('uri').value().validate(self.s).hasValue()
semver(self.s).major() > 1
semver(self.s).isLessThan(quantity('1'))
isSemver(self.s)
sets.contains(self.l, ['a'])
sets.contains(self.l, [1])
sets.contains(self.l, 'a')
oldSelf.n == self.n
oldSelf.none == self.n
oldSelf == self
zz == 1
zz.a == 1
self.zz.a.b == 1
self.n.a == 1
self.l.a == 1
self.s.a == 's'
self.metadata.name == 'a'
1 + 'a' == 2
self.n ==
self.n == 1 1
self.n = 1
""".strip().splitlines()


def definition(spec: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": spec}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "rulers", "kind": "Ruler"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "rulers.rules.example"},
        "spec": {"group": "rules.example", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def tried(both: Both, spec: dict[str, Any]) -> None:
    both.post(DEFINITIONS, definition(spec), {"dryRun": "All"})


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_rule_is_judged_by_the_types_of_its_schema(both: Both, expression: str) -> None:
    tried(both, {**SPEC, "x-kubernetes-validations": [{"rule": expression}]})


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "self.n > 1", "messageExpression": "'is not'"},
        {"rule": "self.n > 1", "messageExpression": "self.n"},
        {"rule": "self.n > 1", "messageExpression": "'is ' + self.n"},
        {"rule": "self.n", "messageExpression": "self.n"},
        {"rule": "self.n > 1", "messageExpression": "'is' +"},
        {"rule": "self.n > 1", "messageExpression": "dyn(self.s)"},
        {"rule": "self.n > 1\n&& self.s > 2", "message": "two lines"},
        {"rule": "self.n == oldSelf.n", "optionalOldSelf": True},
        {"rule": "oldSelf.hasValue() && self.n == oldSelf.value().n", "optionalOldSelf": True},
        {"rule": "oldSelf.orValue(self).n == 's'", "optionalOldSelf": True},
        {"rule": "self.n == 1", "optionalOldSelf": True},
        {"rule": "self.n == 1", "optionalOldSelf": False},
        {"rule": "self.n == 's'", "reason": "FieldValueForbidden", "fieldPath": ".n"},
        {"rule": "self.n == 's'", "reason": "Other"},
    ],
)
def test_the_parts_of_a_rule_are_judged(both: Both, rule: dict[str, Any]) -> None:
    tried(both, {**SPEC, "x-kubernetes-validations": [rule]})


@pytest.mark.parametrize(
    "shape",
    [
        {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"]},
        {"x-kubernetes-list-type": "set"},
        {"x-kubernetes-list-type": "atomic"},
        {},
    ],
)
@pytest.mark.parametrize("rule", ["self.v >= oldSelf.v", "self.v > 1", "self.w > 1"])
def test_items_have_old_ones_only_in_lists_of_type_map(both: Both, shape: dict[str, Any], rule: str) -> None:
    item = {**ITEM, "x-kubernetes-map-type": "atomic", "x-kubernetes-validations": [{"rule": rule}]}
    tried(both, {"type": "object", "properties": {"l": {"type": "array", "maxItems": 3, "items": item, **shape}}})


def test_properties_of_an_atomic_map_have_old_ones(both: Both) -> None:
    inner = {"type": "integer", "x-kubernetes-validations": [{"rule": "self >= oldSelf"}]}
    outer = {"type": "object", "properties": {"deep": {"type": "object", "properties": {"n": inner}}}}
    tried(both, {**outer, "x-kubernetes-map-type": "atomic"})
    tried(both, outer)


def test_a_rule_sees_nothing_where_the_schema_knows_nothing(both: Both) -> None:
    rules = [{"rule": "self == 1"}]
    tried(
        both,
        {
            "type": "object",
            "properties": {"x": {"x-kubernetes-preserve-unknown-fields": True, "x-kubernetes-validations": rules}},
        },
    )


def test_a_rule_of_a_whole_object_sees_its_name(both: Both) -> None:
    for rule in ("self.metadata.name == 'a'", "self.metadata.labels.size() == 1", "self.kind == 1"):
        whole = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object"}}}
        tried(both, {"type": "object", "properties": {"e": {**whole, "x-kubernetes-validations": [{"rule": rule}]}}})
