"""Releases by helm: a public chart, and a small one of our own with hooks of every kind, controllers played beside."""

from collections.abc import Sequence
from pathlib import Path

from tests.contract.api.client import run
from tests.contract.api.recording.player import playing

CHARTS = Path(__file__).with_name("charts")
PUBLIC = Path(__file__).parents[5] / "shared/data/charts/podinfo"
WAIT = ("--wait", "--timeout=30s")
SMALL = (
    ("install", "app", "CHART", *WAIT),
    ("upgrade", "app", "CHART", "--set", "image=example/app:2", *WAIT),
    ("upgrade", "app", "CHART", "--set", "replicas=3", "--server-side=false", "--force-replace"),
    *(("history", "app"), ("status", "app"), ("get", "manifest", "app"), ("list",), ("test", "app")),
    ("rollback", "app", "1", *WAIT),
    ("upgrade", "app", "CHART", "--set", "replicas=none"),
    ("upgrade", "--install", "app", "CHART", "--dry-run=server"),
    ("uninstall", "app", *WAIT),
    ("history", "app"),
)
EVERYTHING = "hpa.enabled=true,podDisruptionBudget.minAvailable=1,ingress.enabled=true,redis.enabled=true"
#: Each step stores the whole chart.
LARGE = (("install", "web", "CHART", "--set", EVERYTHING, *WAIT), ("uninstall", "web"))
SESSIONS: dict[str, Sequence[Sequence[str]]] = {"small": SMALL, "podinfo": LARGE}


def chart(name: str) -> Path | None:
    """Return where the chart of a session is, or None where it is not."""
    if (CHARTS / name).exists():
        return CHARTS / name
    return min(PUBLIC.glob(f"{name}-*.tgz"), default=None)


async def session(helm: Path, name: str, kubeconfig: Path, folder: Path) -> None:
    """Give the commands one after the other, in a namespace that the first one makes."""
    namespace = f"recorded-{name}"
    found = chart(name)
    assert found is not None, f"there is no chart {name}"
    for number, command in enumerate(SESSIONS[name]):
        arguments = [str(found) if argument == "CHART" else argument for argument in command]
        first = ("--create-namespace",) if number == 0 else ()
        async with playing(kubeconfig, namespace):
            print(await run(helm, kubeconfig, folder, (*arguments, *first, "-n", namespace)), flush=True)
