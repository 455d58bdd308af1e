"""Kubernetes Events: what `kubectl describe` shows of a Release's way. Best effort, and never waited for."""

import asyncio
import random
import socket
from typing import Any

import structlog
from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.meta import API_VERSION
from fairlead.api.release import Release
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.errors import ApiError
from fairlead.kube.resource import Resource
from fairlead.runtime.clock import Clock, rfc3339_micro

EVENTS = Resource("events.k8s.io", "v1", "events", "Event")
CONTROLLER = "fairlead.dev/operator"
LONGEST_NOTE = 1024


class _Event(Struct):
    """The answer is not read."""


class Events:
    """Tells of what happened to Components."""

    def __init__(self, client: Client, clock: Clock, rng: random.Random) -> None:
        self._client = client
        self._clock = clock
        self._rng = rng
        self._instance = socket.gethostname()
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, component: Component, release: Release, reason: str, note: str, *, warning: bool = False) -> None:
        """Send an event about a Component and its Release, without waiting."""
        namespace = component.metadata.namespace
        event = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": f"{release.metadata.name}.{self._rng.getrandbits(64):016x}", "namespace": namespace},
            "eventTime": rfc3339_micro(self._clock.now_s()),
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "note": note[:LONGEST_NOTE],
            "action": reason,
            "reportingController": CONTROLLER,
            "reportingInstance": self._instance,
            "regarding": _reference(component),
            "related": _reference(release),
        }
        task = asyncio.create_task(self._send(namespace, event))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, namespace: str, event: dict[str, Any]) -> None:
        try:
            await verbs.create(self._client, EVENTS, namespace, event, _Event)
        except ApiError as error:
            structlog.get_logger().debug("event not sent", error=str(error))


def _reference(o: Component | Release) -> dict[str, str]:
    m = o.metadata
    return {"apiVersion": API_VERSION, "kind": o.kind, "name": m.name, "namespace": m.namespace, "uid": m.uid}
