"""How long ago, for people: `5s`, `3m2s`, `4h12m`, `3d5h`, `20d`, `2y31d`."""

from datetime import datetime
from typing import Any

UNKNOWN = "<unknown>"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def since(time: Any, now: str) -> str:
    """The age at `now` of a time in an object; both RFC 3339."""
    if not time:
        return UNKNOWN
    return human((datetime.fromisoformat(now) - datetime.fromisoformat(time)).total_seconds())


def human(duration_s: float) -> str:
    """A duration with about two digits of precision."""
    seconds = int(duration_s)
    if seconds < 0:
        return "0s" if seconds == -1 else "<invalid>"
    if seconds < 120:
        return f"{seconds}s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    years = days // 365
    # up to how many seconds, in which form
    forms = (
        (10 * _MINUTE, _two(minutes, "m", seconds % 60, "s")),
        (3 * _HOUR, f"{minutes}m"),
        (8 * _HOUR, _two(hours, "h", minutes % 60, "m")),
        (48 * _HOUR, f"{hours}h"),
        (8 * _DAY, _two(days, "d", hours % 24, "h")),
        (730 * _DAY, f"{days}d"),
        (2920 * _DAY, _two(years, "y", days % 365, "d")),
    )
    return next((text for limit, text in forms if seconds < limit), f"{years}y")


def _two(big: int, big_unit: str, small: int, small_unit: str) -> str:
    return f"{big}{big_unit}{small}{small_unit}" if small else f"{big}{big_unit}"
