"""ValidatingAdmissionPolicy: expressions that a write must satisfy, where a binding says so, with its parameters."""

from collections.abc import Iterator, Mapping
from typing import Any

from fairlead.sim.api.failure import Failure, qualified
from fairlead.sim.api.guard.attributes import Attributes
from fairlead.sim.api.guard.authorize import Rbac
from fairlead.sim.api.guard.guard import Objects, Write
from fairlead.sim.api.guard.matches import Scope, selects
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.schema.cel import CelError, compiled
from fairlead.sim.api.schema.cel_authorizer import answered_by, authorizer

Object = dict[str, Any]
GROUP = "admissionregistration.k8s.io"
CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413, "Invalid": 422}
NO_PARAMS = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"


class Policies:
    """Reads policies and bindings as they are stored; what they say holds from the next write on."""

    def __init__(self, objects: Objects, rbac: Rbac) -> None:
        self._objects, self._rbac = objects, rbac

    def check(self, write: Write) -> None:
        """Refuse a write that a policy denies; warn and note where a binding only wants that."""
        if write.target.group == GROUP:
            return
        policies = {p["metadata"]["name"]: p for p in self._objects.list(GROUP, "validatingadmissionpolicies")}
        scope = Scope(write, self._objects)
        with answered_by(self._allowed):
            denied = self._denied(write, policies, scope)
        if denied:
            raise _refusal(write, *denied[0])

    def _denied(self, write: Write, policies: dict[str, Object], scope: Scope) -> list[tuple[str, str]]:
        denied: list[tuple[str, str]] = []
        for binding in self._objects.list(GROUP, "validatingadmissionpolicybindings"):
            policy = policies.get(binding["spec"]["policyName"])
            if policy is None or not scope.within(policy["spec"].get("matchConstraints") or {}):
                continue
            if not scope.within(binding["spec"].get("matchResources") or {}):
                continue
            for reason, message in self._judged(policy, binding, write, scope):
                _act(policy, binding, write, reason, message, denied)
        return denied

    def _allowed(self, user: str, groups: list[str], wanted: dict[str, str]) -> tuple[bool, str]:
        return self._rbac.allowed(User(name=user, groups=tuple(groups)), Attributes(**wanted))

    def _judged(self, policy: Object, binding: Object, write: Write, scope: Scope) -> Iterator[tuple[str, str]]:
        """What is wrong with the write, by one binding."""
        spec = policy["spec"]
        params = self._params(spec, binding["spec"], write)
        if params is None:
            yield "Invalid", NO_PARAMS
            return
        for param in params:
            variables = self._variables(write, param, scope)
            try:
                if not all(_run(each["expression"], variables) for each in spec.get("matchConditions") or ()):
                    continue
                named: Object = {}
                variables["variables"] = named
                for each in spec.get("variables") or ():
                    named[each["name"]] = _run(each["expression"], variables)
            except CelError as error:
                if spec.get("failurePolicy", "Fail") == "Fail":
                    yield "Invalid", str(error)
                continue
            yield from _violations(spec, variables)

    def _params(self, spec: Object, binding: Object, write: Write) -> list[Object | None] | None:
        """One evaluation each; None when there must be some and is none."""
        kind, ref = spec.get("paramKind"), binding.get("paramRef")
        if not kind or not ref:
            return [None]
        namespace = ref.get("namespace") or write.target.namespace
        found = [o for o in self._objects.of_kind(kind["apiVersion"], kind["kind"], namespace) if _referred(o, ref)]
        if found:
            return list(found)
        return None if ref.get("parameterNotFoundAction") == "Deny" else []

    def _variables(self, write: Write, param: Object | None, scope: Scope) -> Object:
        return {
            "object": write.object,
            "oldObject": write.old,
            "request": {**write.request(), "subResource": write.target.subresource},
            "params": param,
            "namespaceObject": scope.namespace(),
            "authorizer": _authorizer(write),
            "variables": {},
        }


def _authorizer(write: Write) -> Object:
    target = write.target
    parts = ("group", "resource", "subresource", "namespace")
    request = {part: getattr(target, part) for part in parts} | {"name": write.request()["name"]}
    return authorizer(write.user.name, list(write.user.groups), request)


def _referred(obj: Object, ref: Object) -> bool:
    if ref.get("name"):
        return bool(obj["metadata"]["name"] == ref["name"])
    return selects(ref.get("selector") or {}, obj["metadata"].get("labels") or {})


def _violations(spec: Object, variables: Object) -> Iterator[tuple[str, str]]:
    for validation in spec.get("validations") or ():
        expression, reason = validation["expression"], validation.get("reason") or "Invalid"
        try:
            if _run(expression, variables) is True:
                continue
        except CelError as error:
            if spec.get("failurePolicy", "Fail") == "Fail":
                yield "Invalid", f"expression '{expression}' resulted in error: {error}"
            continue
        yield reason, _message(validation, variables)


def _message(validation: Object, variables: Object) -> str:
    if wanted := validation.get("messageExpression"):
        try:
            if isinstance(text := _run(wanted, variables), str) and text.strip():
                return text.strip()
        except CelError:
            pass  # the fixed text is for this
    return str(validation.get("message") or f"failed expression: {validation['expression'].strip()}").strip()


def _run(expression: str, variables: Mapping[str, Any]) -> Any:
    return compiled(expression, tuple(sorted(variables))).run(variables)


def _act(
    policy: Object, binding: Object, write: Write, reason: str, message: str, denied: list[tuple[str, str]]
) -> None:
    names = f"'{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
    for action in binding["spec"].get("validationActions") or ("Deny",):
        if action == "Deny":
            denied.append((reason, f"ValidatingAdmissionPolicy {names} denied request: {message}"))
        elif action == "Warn":
            write.warnings.append(f"Validation failed for ValidatingAdmissionPolicy {names}: {message}")
        else:
            write.audit["validation.policy.admission.k8s.io/validation_failure"] = message


def _refusal(write: Write, reason: str, message: str) -> Failure:
    target = write.target
    name = target.name or (write.object or {}).get("metadata", {}).get("name", "")
    details = {"name": name, "group": target.group, "kind": target.resource}
    told: Object = {key: value for key, value in details.items() if value} | {"causes": [{"message": message}]}
    text = f'{qualified(target.group, target.resource)} "{name}" is forbidden: {message}'
    return Failure(CODES.get(reason, 422), reason, text, told)
