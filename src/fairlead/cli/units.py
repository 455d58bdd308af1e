"""Times, counts and shares as people read them."""

from datetime import datetime, tzinfo


def moment(text: str, zone: tzinfo | None) -> datetime:
    """Read an RFC 3339 time and put it into a time zone, None being that of this machine."""
    return datetime.fromisoformat(text).astimezone(zone)


def seconds_since(text: str, now: datetime) -> float:
    """Return how long before `now` an RFC 3339 time lies, in seconds, never below 0."""
    return max(0.0, (now - moment(text, now.tzinfo)).total_seconds())


def clock(text: str, now: datetime) -> str:
    """Return an RFC 3339 time as the clock on the wall shows it, with its day where that is not today."""
    at = moment(text, now.tzinfo)
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M:%S}"


def duration(seconds: float) -> str:
    """Return a span of time in its two largest units: 23 s, 2 min 5 s, 3 h 10 min, 2 d 4 h."""
    whole = round(seconds)
    for size, unit, smaller_size, smaller in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller_size
            return f"{whole // size} {unit} {rest} {smaller}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def age(seconds: float) -> str:
    """Return a span of time in its largest unit, as short as a column of kubectl: 23s, 5m, 3h, 2d."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"


def count(number: float) -> str:
    """Return a number with its thousands apart: 12,840."""
    return f"{number:,.0f}"


def percent(part: float, whole: float) -> str:
    """Return a share in percent with two significant digits where it is small: 0.023 %, 5.1 %, 50 %; - of nothing."""
    if whole <= 0:
        return "-"
    share = 100 * part / whole
    if share == 0 or share >= 10:
        return f"{share:.0f} %"
    return f"{share:.2g} %"
