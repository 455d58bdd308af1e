"""The names of copies, and of the Services that lead to one copy."""

from fairlead.core.revision.digest import SUFFIX_LENGTH, digest, suffix

#: Names of Services, and values of labels, have at most 63 characters.
LONGEST_NAME = 63
#: What tells two long names apart that begin alike.
_SHORTENED_LENGTH = 5


def copy_name(name: str, copy: str) -> str:
    """Return `<name>-<copy>`, shortened where it must be, and then still different for different names."""
    room = LONGEST_NAME - SUFFIX_LENGTH - 1
    if len(name) > room:
        told_apart = suffix(digest(name))[:_SHORTENED_LENGTH]
        name = f"{name[: room - _SHORTENED_LENGTH - 1].rstrip('-.')}-{told_apart}"
    return f"{name}-{copy}"
