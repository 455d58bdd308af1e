"""A goal: something that must be seen before a Release goes on.

A goal looks at the Situation and returns None when it holds, or what is missing: the reason that people read, and the
commands that lead there. A stage is a tuple of goals; the first that does not hold decides.
"""

from collections.abc import Callable

from msgspec import Struct

from fairlead.api.release import Reason
from fairlead.core.release.commands import Command
from fairlead.core.release.situation import Situation


class Missing(Struct, frozen=True, kw_only=True):
    """What a goal still lacks."""

    reason: str
    """One CamelCase word."""
    message: str
    """What is waited for, and where it is a `no`, what would make it a `yes`."""
    commands: tuple[Command, ...] = ()
    wake_after_s: float | None = None
    """When to look again, where nothing that is watched will tell."""

    def as_reason(self) -> Reason:
        """The reason for the status."""
        return Reason(reason=self.reason, message=self.message)


Goal = Callable[[Situation], Missing | None]
