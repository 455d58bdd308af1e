"""The image of the gateway."""

from dev.cluster import image, programs
from dev.cluster.images.single import build_single

REFERENCE = "docker.io/fairlead/traefik:local"


def build() -> image.Image:
    """One large program."""
    return build_single(REFERENCE, programs.traefik() / "traefik")
