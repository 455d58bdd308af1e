"""Who asks, as `metav1.UserInfo` tells it."""

from typing import Any

from msgspec import Struct


class User(Struct, frozen=True, kw_only=True):
    """A name and what comes with it. Groups decide most: `system:masters` may do everything."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: dict[str, tuple[str, ...]] = {}

    def info(self) -> dict[str, Any]:
        """UserInfo as JSON: in reviews, in admission and in audit events."""
        told: dict[str, Any] = {"username": self.name}
        if self.uid:
            told["uid"] = self.uid
        if self.groups:
            told["groups"] = list(self.groups)
        if self.extra:
            told["extra"] = {key: list(values) for key, values in sorted(self.extra.items())}
        return told


ADMIN = User(name="admin", groups=("system:masters", "system:authenticated"))
"""The holder of the administrator's certificate."""

ANONYMOUS = User(name="system:anonymous", groups=("system:unauthenticated",))
