"""The JSONPath of printer columns: members, indexes, `[*]` and filters by equality."""

import re
from functools import lru_cache
from typing import Any

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]]+) | \[['"](?P<quoted>[^'"]+)['"]\] | \[(?P<index>-?\d+)\] | (?P<all>\[\*\]|\.\*)
    | \[\?\(\s*@\.(?P<left>[\w.-]+)\s*(?P<operator>==|!=)\s*(?P<right>"[^"]*"|'[^']*'|[\w.-]+)\s*\)\]""",
    re.VERBOSE,
)


def find(obj: Any, path: str) -> list[Any]:
    """All values at the path, none where there is nothing."""
    found = [obj]
    for step in _steps(path):
        found = [value for each in found for value in _take(each, step)]
    return found


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[dict[str, str], ...]:
    text = path if path.startswith((".", "[")) else f".{path}"
    text = text.replace("\\.", "\0")
    return tuple(
        {key: value.replace("\0", ".") for key, value in match.groupdict().items() if value is not None}
        for match in _STEP.finditer(text)
    )


def _take(value: Any, step: dict[str, str]) -> list[Any]:
    if (name := step.get("name", step.get("quoted"))) is not None and name != "*":
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return list(value.values()) if isinstance(value, dict) and "all" in step else []
    if "index" in step:
        index = int(step["index"])
        return [value[index]] if -len(value) <= index < len(value) else []
    if "left" in step:
        right = step["right"].strip("\"'")
        same = [str(next(iter(find(item, step["left"])), None)) == right for item in value]
        return [item for item, equal in zip(value, same, strict=True) if equal == (step["operator"] == "==")]
    return value
