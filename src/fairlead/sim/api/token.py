"""TokenRequest: a ServiceAccount is given a token, for audiences and for a time, or as long as an object exists."""

from typing import Any

import msgspec

from fairlead.sim.api import decode
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.encode import written
from fairlead.sim.api.failure import bad_request, conflict, invalid, not_found
from fairlead.sim.api.guard.account_token import ISSUER
from fairlead.sim.api.meta import metadata, place
from fairlead.sim.api.options import write_options
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call, rfc3339
from fairlead.sim.api.types import cause
from fairlead.sim.api.types.kind import Write
from fairlead.sim.api.types.token import GROUP, KIND, token_kind
from fairlead.sim.api.write import admit

Object = dict[str, Any]

_RESOURCES = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}
EXTENDED_S = 3607
"""A token of a pod that is asked for so long is good for a year, and only warned of after that: kubelets ask so."""
YEAR_S = 365 * 24 * 3600


def request(call: Call) -> Answer:
    """Give a token. A dry run gives one as well, as the real server does."""
    options = write_options(call.request, "CreateOptions")
    asked = decode.body(call, options.validation, token_kind())
    place(token_kind(), asked, call.target.namespace)
    managed = updated(
        None, asked, kind=token_kind(), manager=options.manager, subresource="token", now=call.state.now()
    )
    account = _account(call, managed)
    spec = managed["spec"]
    spec["audiences"] = spec.get("audiences") or [ISSUER]
    causes = token_kind().validate(managed, Write(old=None))
    if causes:
        raise invalid(GROUP, KIND, "", causes)
    managed = admit(call, token_kind(), managed, options)
    spec = managed["spec"]
    bound = _bound(call, spec["boundObjectRef"]) if spec.get("boundObjectRef") is not None else {}
    lifetime_s, warn_after_s = spec["expirationSeconds"], None
    if "pod" in bound and lifetime_s == EXTENDED_S and set(spec["audiences"]) <= {ISSUER}:
        lifetime_s, warn_after_s = YEAR_S, lifetime_s
    about = {**bound, "serviceaccount": _reference(account)}
    token = call.state.tokens.issue(call.target.namespace, spec["audiences"], lifetime_s, about, warn_after_s)
    ends = rfc3339(int(call.state.now_s()) + spec["expirationSeconds"])
    body = msgspec.json.encode({**managed, "status": {"token": token, "expirationTimestamp": ends}})
    return Answer(status=201, headers={"Content-Type": call.view.media}, body=written(call.view, body))


def _account(call: Call, asked: Object) -> Object:
    """The account that is named; the request gets its name and uid."""
    name, meta = call.target.name, metadata(asked)
    if meta.get("name", name) != name:
        detail = "must match the service account name if specified"
        raise invalid(GROUP, KIND, name, [cause.invalid("metadata.name", meta["name"], detail)])
    stored = call.stored()
    if stored is None:
        raise not_found("", "serviceaccounts", name)
    own = stored.uid
    if meta.get("uid", own) != own:
        why = f"the UID in the token request ({meta['uid']}) does not match the UID of the service account ({own})"
        raise conflict(GROUP, KIND, name, why)
    meta.update(name=name, uid=own, creationTimestamp=call.state.now())
    return call.state.load(call.kind, stored)


def _bound(call: Call, reference: Object) -> Object:
    """The claims about what the token is bound to."""
    group, _, version = reference.get("apiVersion", "").rpartition("/")
    kind, name = reference.get("kind", ""), reference.get("name", "")
    if group or kind not in _RESOURCES:
        raise bad_request(f"cannot bind token to object of type {group}/{version}, Kind={kind}")
    resource, namespace = _RESOURCES[kind], "" if kind == "Node" else call.target.namespace
    found = call.state.get("", resource, namespace, name)
    if found is None:
        raise not_found("", resource, name)
    node = _node(call, found) if kind == "Pod" else {}
    if reference.get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
        why = (
            f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
        raise conflict("", kind, name, why)
    return {**node, kind.lower(): _reference(found)}


def _node(call: Call, pod: Object) -> Object:
    """The claims about a pod, which must run as the account: where it runs, whether that node is known or not."""
    account, name = call.target.name, pod["spec"].get("nodeName", "")
    if pod["spec"].get("serviceAccountName", "") != account:
        raise bad_request(
            f'cannot bind token for serviceaccount "{account}" to pod running with different serviceaccount name.'
        )
    if not name:
        return {}
    node = call.state.get("", "nodes", "", name)
    return {"node": _reference(node) if node is not None else {"name": name}}


def _reference(obj: Object) -> Object:
    return {"name": obj["metadata"]["name"], "uid": obj["metadata"]["uid"]}
