"""JSON values that share nothing with those they came from."""

from typing import Any

import msgspec


def copied(value: Any) -> Any:
    """The same value, changeable on its own. Through the encoder: it is several times as fast as copy.deepcopy."""
    return msgspec.json.decode(msgspec.json.encode(value))
