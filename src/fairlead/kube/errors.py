"""What can go wrong at an API server, as types: callers decide by the type and show the message."""

import msgspec


class ApiError(Exception):
    """The API server refused a request. The message names the request and the server's reason."""

    status = 0

    def __init__(self, message: str, *, reason: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_s = retry_after_s


class BadRequest(ApiError):
    """400: the request makes no sense."""

    status = 400


class Unauthorized(ApiError):
    """401: the credentials are missing or were refused."""

    status = 401


class Forbidden(ApiError):
    """403: the rights are missing."""

    status = 403


class NotFound(ApiError):
    """404: there is no such object, or no such kind."""

    status = 404


class Conflict(ApiError):
    """409: the object is not as it was when the write was decided, or another manager owns the field."""

    status = 409


class AlreadyExists(Conflict):
    """409 on a create: the name is taken."""


class Gone(ApiError):
    """410: the resourceVersion or the continue token is too old."""

    status = 410


class Invalid(ApiError):
    """422: the object is not valid; or a JSON patch did not apply, its tests included."""

    status = 422


class TooManyRequests(ApiError):
    """429: the API server asks for patience."""

    status = 429


class Unavailable(ApiError):
    """5xx, or no connection: the API server is not able to answer now. A write did not reach it."""

    status = 503


class AnswerLost(ApiError):
    """A write was sent and its answer did not arrive: it may have been done. Gather again before deciding."""


class _Status(msgspec.Struct, rename="camel"):
    message: str = ""
    reason: str = ""


_TYPES: tuple[type[ApiError], ...] = (
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    Gone,
    Invalid,
    TooManyRequests,
)
_BY_STATUS = {t.status: t for t in _TYPES}
_decoder = msgspec.json.Decoder(_Status)


def from_answer(request: str, status: int, body: bytes, retry_after: str | None) -> ApiError:
    """Make the typed error of an answer with an error status."""
    try:
        told = _decoder.decode(body)
    except msgspec.DecodeError:
        told = _Status(message=body[:500].decode(errors="replace"))
    kind = _BY_STATUS.get(status, Unavailable if status >= 500 else ApiError)
    if told.reason == "AlreadyExists":
        kind = AlreadyExists
    retry_after_s = float(retry_after) if retry_after and retry_after.isdigit() else None
    return kind(f"{request}: {told.message or f'HTTP {status}'}", reason=told.reason, retry_after_s=retry_after_s)
