"""The images of the cluster and of what runs in it, one module each: `build()` makes the archive and returns it.

What goes into an image is said here; how an archive is written, in `dev.cluster.image`.
"""

from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
