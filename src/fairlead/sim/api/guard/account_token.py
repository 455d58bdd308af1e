"""Tokens of ServiceAccounts: they say themselves whose they are, and are good as long as what they are bound to exists.

JSON web tokens with the claims of the real server, signed with a secret that only this server has (HS256; the real one
signs with a key of which anybody may have the public half). To clients they are opaque.
"""

import base64
import hmac
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from fairlead.sim.api.guard.user import User
from fairlead.sim.api.names import uid

Object = dict[str, Any]
Find = Callable[[str, str, str], Object | None]
"""Finds an object of the core group by resource, namespace and name."""

ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Who issues, and for whom a token is unless it says otherwise: the API server itself."""
LEEWAY_S = 60
_CLAIMS = "kubernetes.io"
_EXTRA = "authentication.kubernetes.io/"
_HEADER = {"alg": "HS256"}
_BOUND = (("secret", "secrets"), ("pod", "pods"), ("node", "nodes"))
"""What a token may be bound to, in the order in which it is looked at: the claim and its resource."""


class Refused(Exception):
    """The token is one of this server, and no longer good. Carries why."""


class AccountTokens:
    """Gives tokens and knows them again. The secret is drawn with the first one."""

    def __init__(self, find: Find, now_s: Callable[[], float], rng: random.Random) -> None:
        self._find, self._now_s, self._rng = find, now_s, rng
        self._secret = b""

    def issue(
        self, namespace: str, audiences: Sequence[str], lifetime_s: int, about: Object, warn_after_s: int | None = None
    ) -> str:
        """A token; `about` names the account and what it is bound to, each with name and uid."""
        now_s = int(self._now_s())
        warned = {} if warn_after_s is None else {"warnafter": now_s + warn_after_s}
        claims = {
            "aud": list(audiences),
            "exp": now_s + lifetime_s,
            "iat": now_s,
            "iss": ISSUER,
            "jti": uid(self._rng),
            _CLAIMS: {"namespace": namespace, **about, **warned},
            "nbf": now_s,
            "sub": f"system:serviceaccount:{namespace}:{about['serviceaccount']['name']}",
        }
        signed = f"{_encoded(msgspec.json.encode(_HEADER))}.{_encoded(msgspec.json.encode(claims))}"
        return f"{signed}.{self._signature(signed)}"

    def holder(self, token: str, audiences: Sequence[str] = (ISSUER,)) -> tuple[User, list[str]] | None:
        """Whose token it is, and for which of the audiences; None where it is none of an account. Raises Refused."""
        claims = _claims(token)
        if claims is None or claims.get("iss") != ISSUER:
            return None
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(signed)):
            raise Refused("go-jose/go-jose: error in cryptographic primitive")
        meant = [audience for audience in audiences if audience in claims["aud"]]
        if not meant:
            shown = (_quoted(claims["aud"]), _quoted(audiences))
            raise Refused(f"token audiences {shown[0]} is invalid for the target audiences {shown[1]}")
        if self._now_s() > claims["exp"] + LEEWAY_S:
            raise Refused("service account token has expired")
        self._check(claims[_CLAIMS])
        return _user(claims), meant

    def _check(self, about: Object) -> None:
        """Refuse what was deleted, or deleted and made anew."""
        account, namespace = about["serviceaccount"], about["namespace"]
        found = self._find("serviceaccounts", namespace, account["name"])
        if found is None:
            raise Refused(f'serviceaccounts "{account["name"]}" not found')
        if found["metadata"]["uid"] != account["uid"]:
            raise Refused(f"service account UID ({found['metadata']['uid']}) does not match claim ({account['uid']})")
        if self._has_ended(found):
            raise Refused(f"service account {namespace}/{account['name']} has been deleted")
        for claim, resource in _BOUND:
            # The node of a pod is only told, and not held to.
            if claim in about and not (claim == "node" and "pod" in about):
                self._check_bound(claim, resource, namespace, about[claim])

    def _check_bound(self, claim: str, resource: str, namespace: str, reference: Object) -> None:
        found = self._find(resource, "" if resource == "nodes" else namespace, reference["name"])
        if found is None or (found["metadata"]["uid"] == reference["uid"] and self._has_ended(found)):
            raise Refused("service account token has been invalidated")
        if found["metadata"]["uid"] != reference["uid"]:
            own = found["metadata"]["uid"]
            raise Refused(f"{claim} UID ({own}) does not match service account {claim} ref claim ({reference['uid']})")

    def _has_ended(self, obj: Object) -> bool:
        ends = obj["metadata"].get("deletionTimestamp")
        return ends is not None and datetime.fromisoformat(ends).timestamp() < self._now_s() - LEEWAY_S

    def _signature(self, signed: str) -> str:
        self._secret = self._secret or self._rng.randbytes(32)
        return _encoded(hmac.digest(self._secret, signed.encode(), "sha256"))


def _user(claims: Object) -> User:
    about = claims[_CLAIMS]
    namespace, extra = about["namespace"], {"credential-id": f"JTI={claims['jti']}"}
    for part in ("pod", "node"):
        for field in ("name", "uid"):
            if value := about.get(part, {}).get(field):
                extra[f"{part}-{field}"] = value
    return User(
        name=claims["sub"],
        uid=about["serviceaccount"]["uid"],
        groups=("system:serviceaccounts", f"system:serviceaccounts:{namespace}"),
        extra={_EXTRA + key: (value,) for key, value in extra.items()},
    )


def _claims(token: str) -> Object | None:
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=Object)
    except ValueError:
        return None


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _quoted(texts: Sequence[str]) -> str:
    return f"[{' '.join(msgspec.json.encode(text).decode() for text in texts)}]"
