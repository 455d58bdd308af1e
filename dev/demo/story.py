"""The story: a shop in its first version, users, a good version, a bad one that comes back, and the account of it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from dev.demo import shop
from dev.demo.broken import Broken
from dev.demo.client import Client
from dev.demo.events import Request, account
from dev.demo.install import install
from dev.demo.outcome import Outcome
from dev.demo.place import Place
from dev.demo.users import users
from fairlead.api.release import Release
from fairlead.cli.cluster import connect
from fairlead.cli.page import FAINT
from fairlead.cli.target import Target
from fairlead.cli.watch import watch
from fairlead.core.component.begin import standing

RELEASED_WITHIN_S = 120
#: Users are there before the first release under load begins, and stay for as long after the last.
USERS_ALONE_S = 2.0
POLL_S = 0.1
#: What each version is meant to show, and how it should end.
VERSIONS = (
    (shop.GOOD, "Promoted", "v2 is good: it gets 5, 20, 50 and 100 % of the requests, and stays"),
    (
        shop.BAD,
        "RolledBack",
        "v3 fails one request in twenty, but only once it has traffic: it must come back by itself",
    ),
)


class Told:
    """What is told on the way: a line for each thing that was done, with the time it took."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def title(self, text: str) -> None:
        """Begin a chapter."""
        self.console.print()
        self.console.print(Text(text, style="bold"))

    @contextmanager
    def done(self, what: str) -> Iterator[None]:
        """Tell what was done, after it was."""
        began = time.monotonic()
        yield
        self.console.print(Text.assemble(f"  {what}", (f"  {time.monotonic() - began:.1f} s", FAINT)))


def tell(place: Place, told: Told, outcomes: list[Outcome]) -> int:
    """Tell the story, and add what came of each release to `outcomes`. Return how many requests were lost in all."""
    told.title("A shop in its first version")
    with told.done("Fairlead installed in the cluster, and ready"):
        install(place)
    with told.done("the shop's namespace and rights there, nothing left of an earlier shop"):
        shop.clear(place.kubectl)
    with told.done("v1 applied and serving"):
        shop.serve(place.kubectl, place.gateway_url)
    with TemporaryDirectory() as folder:
        client = Client.start(place.gateway_url, shop.host(), shop.PATHS, Path(folder))
        try:
            _users_alone(client)
            ended = [_follow(place, told, client, version, plot) for version, _, plot in VERSIONS]
            _users_alone(client)
            requests = client.stop()
        finally:
            client.kill()
    outcomes += _outcomes(ended, requests)
    return sum(request.lost for request in requests)


def _users_alone(client: Client) -> None:
    """Wait until the client has told of so many seconds more."""
    seconds = len(client.look()) + USERS_ALONE_S
    while len(client.look()) < seconds:
        time.sleep(POLL_S)


def _follow(place: Place, told: Told, client: Client, version: str, plot: str) -> tuple[float, Release]:
    """Release a version, and show it. Return when it was applied, in Unix seconds, and the Release as it ended."""
    told.title(plot)
    began_s = time.time()
    place.kubectl.apply(shop.component(version))
    return began_s, _release(place.target, client)


def _release(target: Target, client: Client) -> Release:
    """Follow the Release that begins to its end. Raises Broken when it has none in time."""
    within = Target(kubeconfig=target.kubeconfig, context=target.context, namespace=shop.NAMESPACE)

    async def follow() -> Release:
        async with asyncio.timeout(RELEASED_WITHIN_S):
            await watch(within, shop.NAME, _now, lambda: users(client.look()))
        async with connect(within) as cluster:
            last = standing(await cluster.releases(shop.NAME)).last
        assert last is not None, "what was followed is there"
        return last

    try:
        return asyncio.run(follow())
    except TimeoutError:
        raise Broken(f"the release did not end within {RELEASED_WITHIN_S} s") from None


def _outcomes(ended: list[tuple[float, Release]], requests: list[Request]) -> Iterator[Outcome]:
    """Each release accounts for the requests that began from when it was applied until the next one was."""
    ends_s = [*(began_s for began_s, _ in ended[1:]), float("inf")]
    for (version, promised, _), (began_s, release), end_s in zip(VERSIONS, ended, ends_s, strict=True):
        seen = account((r for r in requests if began_s <= r.started_s < end_s), version)
        yield Outcome(version=version, promised=promised, release=release, account=seen)


def _now() -> datetime:
    return datetime.now().astimezone()
