"""The guards of a control plane, put together in the order in which it asks them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from fairlead.sim.api.guard import escalate, limits, plugins, quota, review
from fairlead.sim.api.guard.account_token import AccountTokens
from fairlead.sim.api.guard.attributes import attributes
from fairlead.sim.api.guard.authenticate import authenticate, impersonate
from fairlead.sim.api.guard.authorize import Rbac, refusal
from fairlead.sim.api.guard.guard import Guard, Objects, Write
from fairlead.sim.api.guard.policy import Policies
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.guard.webhook import Webhooks
from fairlead.sim.api.request import Request
from fairlead.sim.api.route import Target

Object = dict[str, Any]


class Guards(Guard):
    """RBAC, LimitRange, admission policies and webhooks, ResourceQuota."""

    def __init__(self, *, tokens: Mapping[str, User] | None = None, webhooks: Webhooks | None = None) -> None:
        self._tokens = tokens or {}
        self._webhooks = webhooks

    def bind(self, objects: Objects, now_s: Callable[[], float], tokens: AccountTokens) -> None:
        """Called once, before anything else."""
        self._accounts = tokens
        self._objects, self._now_s = objects, now_s
        self._rbac = Rbac(objects)
        self._policies = Policies(objects, self._rbac)

    def admit(self, request: Request) -> User:
        """Who asks, after impersonation."""
        user, other = self.identify(request)
        return other or user

    def identify(self, request: Request) -> tuple[User, User | None]:
        """Who asks, and on whose behalf if on another's."""
        user = authenticate(request, self._tokens, self._accounts)
        other = impersonate(request, user, self._rbac)
        return user, other if other is not user else None

    def decision(self, user: User, target: Target) -> tuple[bool, str]:
        """Whether the request is allowed, and why."""
        return self._rbac.allowed(user, attributes(target))

    def allow(self, user: User, target: Target) -> None:
        """Refuse what no role gives."""
        allowed, reason = self.decision(user, target)
        if not allowed:
            raise refusal(user, attributes(target), reason)

    def mutate(self, write: Write) -> None:
        """Change the object before it is validated."""
        limits.fill(write, self._objects)
        plugins.fill(write, self._objects)
        if self._webhooks is not None:
            self._webhooks.mutate(write, self._objects)
        escalate.check(write, self._rbac)

    def check(self, write: Write) -> None:
        """Refuse a valid object. What is counted is counted last: nothing may refuse after it."""
        limits.check(write, self._objects)
        self._policies.check(write)
        if self._webhooks is not None:
            self._webhooks.check(write, self._objects)
        quota.check(write, self._objects)

    def review(self, kind: str, obj: Object, user: User, namespace: str) -> Object:
        """The answered review."""
        answers: dict[str, Callable[[], Object]] = {
            "SelfSubjectAccessReview": lambda: review.access(obj, user, self._rbac),
            "SubjectAccessReview": lambda: review.access_of(obj, "", self._rbac),
            "LocalSubjectAccessReview": lambda: review.access_of(obj, namespace, self._rbac),
            "SelfSubjectRulesReview": lambda: review.rules(obj, user, self._rbac),
            "SelfSubjectReview": lambda: review.identity(user, self._now),
            "TokenReview": lambda: review.token(obj, self._tokens, self._accounts),
        }
        answered = answers[kind]()
        # The rules come as a new object, all others as the one that asked.
        asked = {} if kind == "SelfSubjectRulesReview" else obj.get("metadata") or {}
        metadata = {**asked, **answered.pop("metadata", {})}
        return {**obj, "metadata": metadata, **answered}

    def _now(self) -> str:
        return datetime.fromtimestamp(int(self._now_s()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
