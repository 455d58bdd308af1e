"""What is wrong with a Component's manifests, for the person who wrote them."""

from msgspec import Struct


class Refused(Struct, frozen=True):
    """One thing that is wrong: where, what it is, why it cannot be, and what to do instead."""

    path: str
    value: str
    why: str
    way_out: str

    def __str__(self) -> str:
        """Path, value, reason, way out."""
        value = f" {self.value}" if self.value else ""
        return f"{self.path}:{value} {self.why}. {self.way_out}."


def path_of(index: int, kind: str, name: str, field: str = "") -> str:
    """Return the path of a manifest, or of a field in it, with the name that people know it by."""
    told = f"spec.source.inline[{index}] ({kind} {name})"
    return f"{told}: {field}" if field else told
