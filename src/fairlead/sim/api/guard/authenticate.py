"""Who asks: by the certificate that the transport saw, by a bearer token, or nobody; and on whose behalf."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.guard.account_token import AccountTokens, Refused
from fairlead.sim.api.guard.attributes import Attributes
from fairlead.sim.api.guard.authorize import Rbac, refusal
from fairlead.sim.api.guard.user import ANONYMOUS, User
from fairlead.sim.api.request import Answer, Request

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
IDENTITY = "authentication.k8s.io"
EXTRA = "impersonate-extra-"
_ACCOUNT = re.compile(r"system:serviceaccount:([a-z0-9.-]+):([a-z0-9.-]+)")


class NoSense(Failure):
    """Headers that the server cannot make sense of: answered in plain text, not with a Status."""

    def answer(self) -> Answer:
        """The refusal as it is sent."""
        headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
        return Answer(status=self.code, headers=headers, body=self.message.encode() + b"\n")


def authenticate(request: Request, tokens: Mapping[str, User], accounts: AccountTokens) -> User:
    """The user of the request. A token that is not known is refused, even beside nothing that would need it."""
    if request.user is not None:
        return request.user
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token:
        return ANONYMOUS
    try:
        held = accounts.holder(token) if token not in tokens else (tokens[token], [])
    except Refused:
        held = None
    if held is None:
        raise Failure(401, "Unauthorized", "Unauthorized")
    user = held[0]
    return User(name=user.name, uid=user.uid, groups=_with(user.groups, AUTHENTICATED), extra=user.extra)


def impersonate(request: Request, user: User, rbac: Rbac) -> User:
    """Whom the user asks for; the user, when for nobody. Every part of the other identity needs a right of its own."""
    headers = request.headers
    name = headers.get("impersonate-user", "")
    groups = tuple(group.strip() for group in headers.get("impersonate-group", "").split(",") if group.strip())
    uid = headers.get("impersonate-uid", "")
    extra: dict[str, tuple[str, ...]] = {
        unquote(key[len(EXTRA) :]): (value,) for key, value in headers.items() if key.startswith(EXTRA)
    }
    if not name:
        _nothing_without_a_name(request, groups, uid, extra)
        return user
    account = _ACCOUNT.fullmatch(name)
    for wanted in _wanted(name, account, groups, uid, extra):
        allowed, reason = rbac.allowed(user, wanted)
        if not allowed:
            raise refusal(user, wanted, reason)
    if account and not groups:
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{account[1]}")
    if name == ANONYMOUS.name:
        groups = _with(groups, UNAUTHENTICATED)
    elif UNAUTHENTICATED not in groups:
        groups = _with(groups, AUTHENTICATED)
    return User(name=name, uid=uid, groups=groups, extra=extra)


def _wanted(
    name: str, account: re.Match[str] | None, groups: tuple[str, ...], uid: str, extra: dict[str, tuple[str, ...]]
) -> list[Attributes]:
    def to_be(resource: str, name: str, group: str = "", subresource: str = "", namespace: str = "") -> Attributes:
        version = "v1" if group else ""
        return Attributes(
            verb="impersonate",
            group=group,
            version=version,
            resource=resource,
            subresource=subresource,
            namespace=namespace,
            name=name,
        )

    first = to_be("serviceaccounts", account[2], namespace=account[1]) if account else to_be("users", name)
    wanted = [first, *(to_be("groups", group) for group in groups)]
    wanted += [to_be("userextras", value, IDENTITY, key) for key, values in extra.items() for value in values]
    return [*wanted, to_be("uids", uid, IDENTITY)] if uid else wanted


def _nothing_without_a_name(
    request: Request, groups: tuple[str, ...], uid: str, extra: dict[str, tuple[str, ...]]
) -> None:
    parts = [f"Group  {group}    " for group in groups]
    parts += [f"UserExtra  {value}  {IDENTITY}/v1 {key} " for key, values in extra.items() for value in values]
    parts += [f"UID  {uid}  {IDENTITY}/v1  "] if uid else []
    if parts:
        asked = " ".join(f"{{{part}}}" for part in parts)
        message = f'Internal Server Error: "{request.path}": requested [{asked}] without impersonating a user'
        raise NoSense(500, "InternalError", message)


def _with(groups: tuple[str, ...], group: str) -> tuple[str, ...]:
    return groups if group in groups else (*groups, group)
