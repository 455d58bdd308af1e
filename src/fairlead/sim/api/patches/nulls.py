"""Nulls of a patch where there is nothing yet that they could remove."""

from typing import Any


def without_nulls(value: Any) -> Any:
    """The value as it stands in a new place. Nulls in lists stay."""
    match value:
        case dict():
            return {name: without_nulls(one) for name, one in value.items() if one is not None}
        case list():
            return [without_nulls(one) for one in value]
    return value
