"""What went wrong, for people: one sentence that says what, and one that says what to do about it."""

from fairlead.api.meta import GROUP
from fairlead.kube import errors
from fairlead.kube.config import ConfigError

INSTALL = "kubectl apply --server-side -f charts/fairlead.yaml"


class Failure(Exception):
    """A command cannot do what it was asked for. It ends with exit code 1."""

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.args[0]}\n  {self.way_out}" if self.way_out else str(self.args[0])


def as_failure(error: Exception, server: str) -> Failure | None:
    """Return what an error of the client means to the person at the command line, or None for one that is a defect."""
    match error:
        case Failure():
            return error
        case ConfigError():
            return Failure(f"no cluster: {error}.")
        case errors.Unauthorized():
            return Failure(f"{server} does not know you: {error}.", "Log in again, or name another --context.")
        case errors.Forbidden():
            return Failure(f"you lack a right: {error}.", "Who manages rights in that namespace can grant it.")
        case errors.Unavailable():
            return Failure(f"{server} does not answer: {error}.", "Is it running, and is it the --context you mean?")
        case errors.AnswerLost():
            return Failure(f"the answer was lost: {error}.", "It may have been done: look with `fairlead why`.")
        case errors.ApiError():
            return Failure(f"{error}.")
        case _:
            return None


def not_installed(server: str) -> Failure:
    """Fairlead's own resources are unknown to the API server."""
    return Failure(
        f"Fairlead is not installed in this cluster: {server} knows no {GROUP} resources.",
        f"Install it: {INSTALL}, or by the Helm chart in charts/fairlead.",
    )
