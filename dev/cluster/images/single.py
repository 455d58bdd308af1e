"""Images that hold one static program and nothing else."""

from pathlib import Path

from dev.cluster.cache import kept
from dev.cluster.image import Image, build, pack, read


def build_single(reference: str, program: Path) -> Image:
    """The image whose entry point is `program`, under its own name at the root.

    The program must be in a folder of the cache: the image is kept as long as that folder does not change its name.
    """

    def make(folder: Path) -> None:
        layer = pack({program.name: program}, folder / "layer.tar")
        build(reference, [layer], [f"/{program.name}"], folder / "image.tar")
        layer.archive.unlink()

    return read(kept(f"image-{program.parent.name}", make) / "image.tar")
