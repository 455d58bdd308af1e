"""CEL as Kubernetes speaks it: expressions over JSON values, compiled once.

All variables are of dynamic type when an expression runs. Whether it can hold for values of certain types is said by
cel_check, over the tree of a parsed expression.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

from fairlead.sim.api.schema.cel_library import functions
from fairlead.sim.api.schema.cel_tree import Tree, read


class CelError(Exception):
    """An expression could not be compiled, or failed while it ran. The message is CEL's own."""


class Program:
    """A compiled expression. Running it changes nothing."""

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def run(self, variables: Mapping[str, Any]) -> Any:
        """The value as plain JSON. Raises CelError."""
        value = self._expression.eval(data=dict(variables))
        if value.type() == cel.Type.ERROR:
            raise CelError(_reworded(str(value.plain_value())))
        return value.plain_value()


_VALIDATE = re.compile(r"format\.\w+\(\)\.validate\(")


def _optional_findings(expression: str) -> str:
    """What a format finds wrong is an optional in Kubernetes; functions of ours can only give a list."""
    start = 0
    while (match := _VALIDATE.search(expression, start)) is not None:
        end, depth = match.end(), 1
        while depth and end < len(expression):
            depth += {"(": 1, ")": -1}.get(expression[end], 0)
            end += 1
        call = f"optional.ofNonZeroValue({expression[match.start() : end]})"
        expression = expression[: match.start()] + call + expression[end:]
        start = match.start() + len(call)
    return expression


@lru_cache(maxsize=8192)
def compiled(expression: str, variables: tuple[str, ...]) -> Program:
    """The program of an expression over these variables. Raises CelError."""
    try:
        return Program(_environment(variables).compile(_optional_findings(expression)))
    except RuntimeError as error:
        raise _refused(error) from None


@lru_cache(maxsize=1024)
def parsed(expression: str) -> Tree:
    """The tree of an expression, whatever its names mean. Raises CelError."""
    try:
        return read(_grammar().compile(expression, disable_check=True).serialize())
    except RuntimeError as error:
        raise _refused(error) from None


def _refused(error: RuntimeError) -> CelError:
    message = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
    return CelError(message.replace("has() argument must be a field selection", "invalid argument to has() macro"))


@cache
def _grammar() -> Any:
    """The macros that Kubernetes has."""
    return cel.NewEnv(extensions=[ext_optional.ExtOptional()])


@cache
def _environment(variables: tuple[str, ...]) -> Any:
    return cel.NewEnv(
        variables=dict.fromkeys(variables, cel.Type.DYN),
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_bindings.ExtBindings()],
        functions=functions(),
    )


def _reworded(message: str) -> str:
    """The runtime's words in those of the CEL that the API server uses."""
    message = message.partition(": ")[2] or message
    if message.startswith("Key not found in map : "):
        return "no such key: " + message.partition(" : ")[2].strip('"')
    if message.startswith("No matching overloads found"):
        return "no such overload"
    if message.startswith("Index error: index="):
        return "index out of bounds: " + message.removeprefix("Index error: index=").partition(" ")[0]
    return {"divide by zero": "division by zero"}.get(message, message)
