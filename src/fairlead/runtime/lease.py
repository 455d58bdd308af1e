"""Leader election by a Lease: at most one replica acts, the others stand by with warm caches.

The rules are client-go's. A Lease counts as held for its duration after we last *saw* it change, by our own clock:
clocks of other machines are not compared. A Lease does not fence: whoever writes must do so under a precondition, since
a paused leader wakes up and goes on until it notices.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import structlog
from msgspec import Struct
from msgspec.structs import replace as with_

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.errors import ApiError, NotFound
from fairlead.kube.resource import Resource
from fairlead.runtime.clock import Clock, rfc3339_micro

LEASES = Resource("coordination.k8s.io", "v1", "leases", "Lease")
#: The part of the duration in which it must be renewed: the rest is for work under way to end before another begins.
RENEWAL_SHARE = 2 / 3
RELEASE_WITHIN_S = 3.0


class LeaseLost(Exception):
    """Another replica may act now: this one must stop."""


class _Spec(Struct, rename="camel", omit_defaults=True):
    holder_identity: str = ""
    lease_duration_seconds: int = 0
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int = 0


class _Lease(Struct, rename="camel"):
    metadata: dict[str, Any]
    spec: _Spec
    api_version: str = "coordination.k8s.io/v1"
    kind: str = "Lease"


@dataclass(eq=False)
class Lease:
    """One Lease, and our claim to it."""

    client: Client
    clock: Clock
    rng: random.Random
    namespace: str
    name: str
    identity: str
    duration_s: int = 15
    renew_every_s: float = 5.0
    retry_every_s: float = 1.0

    _seen: _Lease | None = field(default=None, init=False)
    _seen_at_s: float = field(default=0.0, init=False)
    """When it was first seen as it is; for our own renewal, when that was sent: nobody can have seen it earlier."""
    _is_current: bool = field(default=False, init=False)
    """Whether `_seen` is the Lease as it is, as far as we know: not after a write of ours with no answer."""

    def __post_init__(self) -> None:
        self._log = structlog.get_logger().bind(lease=f"{self.namespace}/{self.name}", identity=self.identity)

    async def acquire(self) -> None:
        """Wait until the Lease is ours."""
        while not await self._try(self.duration_s * RENEWAL_SHARE):
            await self.clock.sleep(self.retry_every_s * (0.8 + 0.4 * self.rng.random()))
        self._log.info("leading")

    async def keep(self) -> None:
        """Renew the Lease for ever. Raises LeaseLost while it still is nobody else's, or as soon as it is."""
        while True:
            await self.clock.sleep(self.renew_every_s)
            while not await self._try(self._renew_within_s()):
                if not self._is_ours() or self._renew_within_s() <= 0:
                    raise LeaseLost(f"the lease was not renewed for {self._unchanged_for_s():.1f} s")
                await self.clock.sleep(min(self.retry_every_s, self._renew_within_s()))

    async def release(self) -> None:
        """Give the Lease up, so that another replica need not wait for its end."""
        if not self._is_ours():
            return
        try:
            async with asyncio.timeout(RELEASE_WITHIN_S):
                await self._look()
                if self._seen is not None and self._is_ours():
                    spec = with_(self._seen.spec, holder_identity="", lease_duration_seconds=1)
                    await self._write(with_(self._seen, spec=spec))
        except (ApiError, TimeoutError) as error:
            self._log.info("the lease was not released; it ends by itself", error=str(error))

    def _is_ours(self) -> bool:
        return self._seen is not None and self._seen.spec.holder_identity == self.identity

    def _unchanged_for_s(self) -> float:
        return self.clock.monotonic_s() - self._seen_at_s

    def _renew_within_s(self) -> float:
        return self.duration_s * RENEWAL_SHARE - self._unchanged_for_s()

    async def _try(self, limit_s: float) -> bool:
        """Take or renew the Lease if it is free or ours. Never raises for what the next try may mend.

        A server that does not answer must not make us believe that we lead: after `limit_s` it is a failure. Who was
        paused for longer than that does not even ask: another may have begun.
        """
        if limit_s <= 0:
            return False
        try:
            async with asyncio.timeout(limit_s):
                await self._look()
                if self._seen is not None and not self._is_ours() and not self._is_over(self._seen):
                    return False
                await self._write(self._claim())
        except (ApiError, TimeoutError) as error:
            # After a conflict, or a write whose answer was lost, the Lease may be ours all the same: look first.
            self._log.warning("the lease was neither taken nor renewed", error=str(error) or "no answer in time")
            return False
        return True

    async def _look(self) -> None:
        if self._is_current and self._is_ours():
            return
        try:
            lease = await verbs.get(self.client, LEASES, self.namespace, self.name, _Lease, urgent=True)
        except NotFound:
            self._seen = None
            return
        is_changed = self._seen is None or lease.spec != self._seen.spec
        self._seen = lease
        if is_changed and not self._is_ours():
            self._seen_at_s = self.clock.monotonic_s()
        self._is_current = True

    def _is_over(self, lease: _Lease) -> bool:
        return not lease.spec.holder_identity or self._unchanged_for_s() > lease.spec.lease_duration_seconds

    def _claim(self) -> _Lease:
        now = rfc3339_micro(self.clock.now_s())
        old = self._seen
        if old is not None and self._is_ours():
            return with_(old, spec=with_(old.spec, renew_time=now))
        transitions = old.spec.lease_transitions + 1 if old else 0
        metadata = old.metadata if old else {"name": self.name, "namespace": self.namespace}
        return _Lease(metadata, _Spec(self.identity, self.duration_s, now, now, transitions))

    async def _write(self, lease: _Lease) -> None:
        sent_at_s = self.clock.monotonic_s()
        self._is_current = False
        where = (self.client, LEASES, self.namespace)
        if self._seen is None:
            self._seen = await verbs.create(*where, lease, _Lease, urgent=True)
        else:
            self._seen = await verbs.replace(*where, self.name, lease, _Lease, urgent=True)
        self._seen_at_s = sent_at_s
        self._is_current = True
