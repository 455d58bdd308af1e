"""What a server said, and values of it for later requests."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

HEADERS = ("content-type", "warning", "retry-after")


@dataclass(frozen=True)
class Ask:
    """One request, as it goes over the wire."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __str__(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self.query)
        shown = f"{self.method} {self.path}{'?' if query else ''}{query}"
        headers = [f"{key}: {value}" for key, value in sorted(self.headers.items()) if key != "user-agent"]
        return "\n".join([shown, *headers, *([self.body.decode()] if self.body else [])])


@dataclass(frozen=True)
class Said:
    """One answer. Only the headers that clients use."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body; as text where it is neither JSON nor YAML."""
        if self.headers.get("content-type") == "application/yaml":
            return yaml.load(self.body, yaml.BaseLoader)
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode(errors="replace")


class Stream(Protocol):
    """A watch that goes on."""

    def take(self, count: int) -> list[bytes]:
        """Return up to `count` frames, in order; fewer when the stream ended, or when they do not come in time."""

    def surplus(self) -> list[bytes]:
        """Return what else has come."""

    def rest(self) -> list[bytes] | None:
        """Return everything to the end, which is waited for a little; None when it does not come."""

    def close(self) -> None:
        """Want no more."""


class Side(Protocol):
    """One of the two servers."""

    def ask(self, ask: Ask) -> Said:
        """Return the whole answer."""

    def follow(self, ask: Ask) -> Said | Stream:
        """Begin a watch; an answer when it was refused."""

    def compact(self) -> None:
        """Forget all versions but the last."""
