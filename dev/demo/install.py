"""Fairlead as users install it: from the one-file manifest, in the cluster, with its own rights."""

import json
from pathlib import Path

from dev.cluster import containers
from dev.cluster.images import app, operator
from dev.demo.broken import Broken
from dev.demo.place import REPOSITORY, Place

NAMESPACE = "fairlead"
READY_WITHIN_S = 60
LOG_LINES = 10
#: Set on the pods: the image's name stays the same when its content changes.
IMAGE_DIGEST = "fairlead.dev/image-digest"


def install(place: Place, source: Path = operator.SOURCE) -> None:
    """Install what this working tree holds, and wait until it is ready. A second time replaces what changed.

    `source` is the package that the image gets.
    """
    digest = _load_images(place, source)
    place.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(REPOSITORY / "charts" / "fairlead.yaml"))
    deployment = ("deployment/fairlead", "--namespace", NAMESPACE)
    if digest:
        patch = {"spec": {"template": {"metadata": {"annotations": {IMAGE_DIGEST: digest}}}}}
        place.kubectl("patch", *deployment, "--type=merge", "--patch", json.dumps(patch))
    try:
        place.kubectl("rollout", "status", *deployment, f"--timeout={READY_WITHIN_S}s")
    except Broken as failure:
        of_all = ("--selector=app.kubernetes.io/component=operator", f"--tail={LOG_LINES}", "--prefix")
        log = place.kubectl("logs", "--namespace", NAMESPACE, *of_all)
        raise Broken(f"Fairlead does not become ready: {failure}\n{log}") from None


def _load_images(place: Place, source: Path) -> str:
    """Build the images and load them into the local node. Return the operator's digest; "" for another cluster."""
    if place.home is None:
        return ""
    made = operator.build(source)
    containers.load(place.home, made)
    containers.load(place.home, app.build())
    return made.digest
