"""CEL with what Kubernetes adds to it."""

import pytest

from fairlead.sim.api.schema.cel import CelError, compiled


@pytest.mark.parametrize(
    "expression",
    [
        "quantity('1Gi').isGreaterThan(quantity('1G'))",
        "quantity('1').add(quantity('500m')) == quantity('1500m')",
        "isQuantity('1Ki') && !isQuantity('x')",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
        "url('https://a.example:80/p?q=1').getHostname() == 'a.example'",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))",
        "[1, 2, 3].isSorted() && [3, 1].min() == 1 && [1, 2].sum() == 3",
        "'abc 123'.find('[0-9]+') == '123' && '1 22'.findAll('[0-9]+') == ['1', '22']",
        "sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1]) && !sets.intersects([1], [2])",
        "!format.dns1123Label().validate('a').hasValue() && format.dns1123Label().validate('A').hasValue()",
        "self.?missing.orValue(5) == 5 && has(self.a) && !has(self.b)",
    ],
)
def test_an_expression_holds(expression: str) -> None:
    assert compiled(expression, ("self",)).run({"self": {"a": 1}}) is True


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("self.b > 1", "no such key: b"),
        ("1 / (self.a - 1)", "division by zero"),
        ("self.a + 'x'", "no such overload"),
        ("[1][5]", "index out of bounds: 5"),
    ],
)
def test_a_failure_is_told_in_the_words_of_the_server(expression: str, message: str) -> None:
    with pytest.raises(CelError, match=message):
        compiled(expression, ("self",)).run({"self": {"a": 1}})


def test_what_is_no_expression_is_told_when_it_is_compiled() -> None:
    with pytest.raises(CelError, match="Syntax error"):
        compiled("self.a >", ("self",))
