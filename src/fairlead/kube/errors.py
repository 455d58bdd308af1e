"""What can go wrong at an API server, as types: callers decide by the type and show the message."""

import msgspec
from msgspec import Struct


class Cause(Struct, frozen=True):
    """One thing that the API server objects to: a field of an invalid object, or one that another manager owns."""

    field: str = ""
    message: str = ""
    reason: str = ""


class ApiError(Exception):
    """The API server refused a request. The message names the request and the server's reason."""

    def __init__(
        self, message: str, *, reason: str = "", causes: tuple[Cause, ...] = (), retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.causes = causes
        self.retry_after_s = retry_after_s
        """How long the API server asks to wait; None where it does not say."""


class BadRequest(ApiError):
    """400: the request makes no sense."""


class Unauthorized(ApiError):
    """401: the credentials are missing or were refused."""


class Forbidden(ApiError):
    """403: the rights are missing."""


class NotFound(ApiError):
    """404: there is no such object, or no such kind."""


class Conflict(ApiError):
    """409, or a JSON patch that does not fit: the object is not as it was, or another manager owns the field."""


class AlreadyExists(Conflict):
    """409 on a create: the name is taken."""


class Gone(ApiError):
    """410: the resourceVersion or the continue token is too old."""


class Invalid(ApiError):
    """422: the object is not valid; `causes` names the fields."""


class TooManyRequests(ApiError):
    """429: the API server asks for patience."""


class Unavailable(ApiError):
    """The API server is not able to answer now. A write was not done."""


class AnswerLost(ApiError):
    """A write was sent and it is not known what became of it: it may have been done. Gather again before deciding."""


class _Details(Struct):
    causes: tuple[Cause, ...] = ()


class _Status(Struct):
    message: str = ""
    reason: str = ""
    code: int = 0
    details: _Details | None = None


_BY_STATUS: dict[int, type[ApiError]] = {400: BadRequest, 401: Unauthorized, 403: Forbidden, 404: NotFound}
_BY_STATUS |= {409: Conflict, 410: Gone, 422: Invalid, 429: TooManyRequests}
#: An apply with a field that the schema lacks is answered by a 500 without a reason.
NOT_IN_SCHEMA = "failed to create typed patch object"


def from_answer(verb: str, path: str, status: int, body: bytes, retry_after: str | None) -> ApiError:
    """Make the typed error of an answer with an error status; 0 where only the body says which."""
    try:
        told = msgspec.json.decode(body, type=_Status)
    except msgspec.DecodeError:
        told = _Status(message=body[:500].decode(errors="replace"))
    status = status or told.code
    retry_after_s = float(retry_after) if retry_after and retry_after.isdigit() else None
    kind = _BY_STATUS.get(status) or (ApiError if status < 500 else _of_server(verb, status, retry_after_s))
    if told.reason == "AlreadyExists":
        kind = AlreadyExists
    elif told.message.startswith(NOT_IN_SCHEMA):
        kind = BadRequest
    message = f"{verb} {path}: {told.message or f'HTTP {status}'}"
    causes = told.details.causes if told.details else ()
    return kind(message, reason=told.reason, causes=causes, retry_after_s=retry_after_s)


def _of_server(verb: str, status: int, retry_after_s: float | None) -> type[ApiError]:
    # A write that timed out behind the API server (500, 504), or at a proxy (502), may be done all the same. Only who
    # asks to come back later says that nothing was begun.
    begun = status != 503 or retry_after_s is None
    return AnswerLost if verb not in ("GET", "WATCH") and begun else Unavailable
