"""What the API server checks beyond types: rules in CEL, each refused with path, value and way out.

Only what is known from one object belongs here. The CEL of Kubernetes 1.30 is enough for all of them. Every list and
string they look at is bounded, because the API server estimates their cost before it accepts them.
"""

from typing import Any

Rule = dict[str, str]

#: Component names end up in names of Revisions (`<component>-<10 digits>`), which are values of labels (63 characters).
COMPONENT_NAME_LENGTH = 52


def checked(*rules: Rule) -> dict[str, Any]:
    """Return the part of a schema that carries these rules."""
    return {"x-kubernetes-validations": list(rules)}


def _rule(rule: str, text: str, *values: str, field_path: str = "") -> Rule:
    """Make a rule that is refused with `text`, its %s filled by the CEL expressions `values`.

    The API server puts the path before it; where it cannot point into a list, the text does. Texts are formatted and
    not added up: the cost of adding strings of unknown length is estimated as without bound.
    """
    message = {"messageExpression": f"'{text}'.format([{', '.join(values)}])"} if values else {"message": text}
    return {"rule": rule, **message, **({"fieldPath": field_path} if field_path else {})}


def _growing(later: str, not_more: str) -> Rule:
    text = (
        "steps[%d].weightPercent: %d is not more than the step before (%d)."
        " A plan only moves forward: remove the step, or give it more weight than the step before"
    )
    values = "i, self[i].weightPercent, self[i - 1].weightPercent"
    return {
        "rule": f"!{later}.exists(i, {not_more})",
        "messageExpression": f"{later}.filter(i, {not_more}).map(i, '{text}'.format([{values}]))[0]",
    }


# The index of every step but the first. (A comprehension that knows its index needs Kubernetes 1.33.)
STEPS_GROW = _growing(
    later=str(list(range(1, 32))),
    not_more="i < size(self) && self[i].weightPercent <= self[i - 1].weightPercent",
)

NAMED = _rule(
    "has(self.metadata) && has(self.metadata.name)",
    "metadata.name: %s without a name. Give every manifest a name of its own (generateName would make another object"
    " each time), and write the items of a List one by one",
    "self.kind",
)
ANOTHER_GROUP = _rule(
    "!self.apiVersion.startsWith('fairlead.dev/')",
    "apiVersion: %s is Fairlead itself. Apply the %s beside the Component, not within it",
    "self.apiVersion",
    "self.kind",
)

_NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
OBJECT_NAME = _rule(
    rf"self.matches('^{_NAME}(\\.{_NAME})*$')",
    '"%s" cannot be the name of an object. Write lower case letters, digits, - and ., for example shop-deployer',
    "self",
)
HEADER_NAME = _rule(
    "self.matches('^[-A-Za-z0-9!#$%&*+.^_|~]*$')",
    '"%s" cannot be the name of a header. Write letters, digits and -, for example X-Version',
    "self",
)
URL_PATH = _rule(
    "self.matches('^/[!-~]*$')",
    '"%s" is not a path. Begin with / and encode blanks, for example /healthz',
    "self",
)
COMPONENT_NAME = _rule(
    f"size(self.metadata.name) <= {COMPONENT_NAME_LENGTH}",
    "%s has %s characters. Names of Revisions and values of labels are made of it:"
    f" give the Component a name of at most {COMPONENT_NAME_LENGTH}",
    "self.metadata.name",
    "string(size(self.metadata.name))",
    field_path=".metadata.name",
)

RECORD_STANDS = _rule(
    "self == oldSelf",
    "A Revision is the record of what runs and never changes. Change the Component, and a new Revision is made",
)
ORDER_STANDS = tuple(
    _rule(
        f"has(self.{field}) == has(oldSelf.{field}) && (!has(self.{field}) || self.{field} == oldSelf.{field})",
        f"{field} of a Release that has begun never changes."
        " Change the Component, and a new Release begins; of this one only requested may be set",
        field_path=f".{field}",
    )
    for field in ("component", "toRevision", "fromRevision", "plan", "traffic")
)
_ENDED = "['Promoted', 'RolledBack', 'Failed']"
END_IS_FINAL = _rule(
    f"!(oldSelf.stage in {_ENDED}) || self.stage == oldSelf.stage",
    "%s after %s. A Release stays as it ended: what comes next is another Release",
    "self.stage",
    "oldSelf.stage",
    field_path=".stage",
)
ENDED_HAS_A_TIME = _rule(
    f"(self.stage in {_ENDED}) == (has(self.endedAt) && self.endedAt != '')",
    "a Release that is %s has an endedAt that does not fit. It is set in the write that ends the Release, never before",
    "self.stage",
    field_path=".endedAt",
)
