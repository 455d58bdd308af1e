"""Which cluster and namespace a command is about, as the person said it."""

from pathlib import Path

from msgspec import Struct


class Target(Struct, frozen=True, kw_only=True):
    """What was said; None stands for what the kubeconfig says."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
