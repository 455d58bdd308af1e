"""Regular expressions of Go (RE2) in Python."""

import re
from functools import lru_cache

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_PART = re.compile(
    r"""\\z | \\. | \[\^?\]?(?:\[:\w+:\]|\\.|[^\]])*\]
    | \(\?[a-zA-Z]+\) | \(\?P?<\w+> | \(\?[a-zA-Z]*: | . """,
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=2048)
def compiled(text: str) -> re.Pattern[str]:
    r"""The same expression for Python. Raises re.error.

    `$` and `\z` are the end of the text, never the place before a last newline. Flags in the middle of a group hold
    from there to its end, through all its alternatives.
    """
    python: list[str] = []
    open_flags: list[list[str]] = [[]]
    for part in _PART.findall(text):
        if part == "$" or part == r"\z":
            python.append(r"\Z")
        elif part.startswith("[") and len(part) > 1:
            python.append(re.sub(r"\[:(\w+):\]", lambda match: _CLASSES.get(match[1], match[0]), part))
        elif part.startswith("(?") and part.endswith(")"):
            open_flags[-1].append(f"(?{part[2:-1]}:")
            python.append(open_flags[-1][-1])
        elif part.startswith("("):
            open_flags.append([])
            python.append(part.replace("(?<", "(?P<"))
        elif part == ")":
            python.append(")" * (len(open_flags[-1]) + 1))
            open_flags = open_flags[:-1] or [[]]
        elif part == "|" and open_flags[-1]:
            python.append(")" * len(open_flags[-1]) + "|" + "".join(open_flags[-1]))
        else:
            python.append(part)
    return re.compile("".join(python) + ")" * len(open_flags[0]), re.ASCII)
