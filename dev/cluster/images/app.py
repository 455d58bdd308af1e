"""The image of the sample application."""

from dev.cluster import image
from dev.cluster.cache import digest, kept
from dev.cluster.golang import build as compile_program
from dev.cluster.images import REPOSITORY
from dev.cluster.images.single import build_single

REFERENCE = "docker.io/fairlead/sample:dev"


def build() -> image.Image:
    """One small program."""
    sources = REPOSITORY / "dev" / "app"
    name = f"app-{digest(path.read_bytes() for path in sorted(sources.iterdir()) if path.is_file())}"
    folder = kept(name, lambda folder: compile_program("sample application", sources, ".", folder / "app", []))
    return build_single(REFERENCE, folder / "app")
