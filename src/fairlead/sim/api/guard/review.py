"""Reviews: questions that are asked by creating an object, and answered in its status. Nothing of them is stored."""

from collections.abc import Callable, Mapping
from typing import Any

from fairlead.sim.api.failure import bad_request, invalid
from fairlead.sim.api.guard.account_token import ISSUER, AccountTokens, Refused
from fairlead.sim.api.guard.attributes import Attributes
from fairlead.sim.api.guard.authenticate import AUTHENTICATED
from fairlead.sim.api.guard.authorize import Rbac
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.types.cause import Cause, shown

Object = dict[str, Any]
AUTHORIZATION = "authorization.k8s.io"


def access(obj: Object, user: User, rbac: Rbac) -> Object:
    """SelfSubjectAccessReview: may I."""
    spec = obj.get("spec") or {}
    _refuse(_one_of_both(spec))
    return {"status": _decided(rbac, user, _wanted(spec))}


def access_of(obj: Object, namespace: str, rbac: Rbac) -> Object:
    """SubjectAccessReview, and LocalSubjectAccessReview where there is a namespace: may they."""
    spec = obj.get("spec") or {}
    causes = _one_of_both(spec)
    if not spec.get("user") and not spec.get("groups"):
        causes.append(_cause("spec.user", '""', "at least one of user or group must be specified"))
    _refuse(causes + (_not_of(spec, namespace) if namespace else []))
    extra = {key: tuple(values) for key, values in (spec.get("extra") or {}).items()}
    groups = tuple(spec.get("groups") or ())
    user = User(name=spec.get("user", ""), uid=spec.get("uid", ""), groups=groups, extra=extra)
    return {"status": _decided(rbac, user, _wanted(spec))}


def rules(obj: Object, user: User, rbac: Rbac) -> Object:
    """SelfSubjectRulesReview: everything that I may, in a namespace."""
    namespace = (obj.get("spec") or {}).get("namespace", "")
    if not namespace:
        raise bad_request("no namespace on request")
    held = rbac.rules(user, namespace)
    status = {
        "resourceRules": [rule.json() for rule in held if rule.resources],
        "nonResourceRules": [rule.json() for rule in held if rule.urls],
        "incomplete": False,
    }
    return {"spec": {}, "status": status}


def identity(user: User, now: Callable[[], str]) -> Object:
    """SelfSubjectReview: who am I."""
    return {"metadata": {"creationTimestamp": now()}, "status": {"userInfo": user.info()}}


def token(obj: Object, tokens: Mapping[str, User], accounts: AccountTokens) -> Object:
    """TokenReview: whose token is this."""
    spec = obj.get("spec") or {}
    if not spec.get("token"):
        raise bad_request("token is required for TokenReview in authentication")
    known = tokens.get(spec["token"])
    try:
        held = accounts.holder(spec["token"], spec.get("audiences") or [ISSUER]) if known is None else (known, [])
    except Refused as why:
        return {"status": {"user": {}, "error": f"[invalid bearer token, {why}]"}}
    if held is None:
        return {"status": {"user": {}, "error": "invalid bearer token"}}
    user, audiences = held
    info = user.info()
    info["groups"] = [*(group for group in user.groups if group != AUTHENTICATED), AUTHENTICATED]
    return {"status": {"authenticated": True, "user": info, **({"audiences": audiences} if audiences else {})}}


def _decided(rbac: Rbac, user: User, wanted: Attributes) -> Object:
    allowed, reason = rbac.allowed(user, wanted)
    return {"allowed": allowed, **({"reason": reason} if reason else {})}


def _wanted(spec: Object) -> Attributes:
    if (path := spec.get("nonResourceAttributes")) is not None:
        return Attributes(verb=path.get("verb", ""), path=path.get("path", ""))
    fields = ("verb", "group", "version", "resource", "subresource", "namespace", "name")
    return Attributes(**{field: spec["resourceAttributes"].get(field, "") for field in fields})


def _one_of_both(spec: Object) -> list[Cause]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        detail = "cannot be specified in combination with resourceAttributes"
        return [_cause("spec.nonResourceAttributes", _shown(path), detail)]
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [_cause("spec.resourceAttributes", "null", detail)]
    return []


def _not_of(spec: Object, namespace: str) -> list[Cause]:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    causes = []
    if resource is not None and resource.get("namespace", "") != namespace:
        where = shown(resource.get("namespace", ""))
        causes.append(_cause("spec.resourceAttributes.namespace", where, "must match metadata.namespace"))
    if path is not None:
        causes.append(_cause("spec.nonResourceAttributes", _shown(path), "disallowed on this kind of request"))
    return causes


def _shown(path: Object) -> str:
    return f'{{"Path":{shown(path.get("path", ""))},"Verb":{shown(path.get("verb", ""))}}}'


def _cause(field: str, value: str, detail: str) -> Cause:
    return Cause("FieldValueInvalid", field, f"Invalid value: {value}: {detail}")


def _refuse(causes: list[Cause]) -> None:
    if causes:
        raise invalid(AUTHORIZATION, "", "", causes)
