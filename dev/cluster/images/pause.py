"""The image of every pod's sandbox."""

from dev.cluster import image, programs
from dev.cluster.images.single import build_single

REFERENCE = "docker.io/fairlead/pause:local"


def build() -> image.Image:
    """One small program."""
    return build_single(REFERENCE, programs.pause() / "pause")
