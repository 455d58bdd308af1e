"""Reconciles Components: the only controller, and the only writer of what a Component has."""

from contextlib import suppress

from msgspec.structs import replace

from fairlead.api.component import Component, ComponentStatus
from fairlead.api.meta import ANNOTATION_RELEASE, FIELD_MANAGER, FINALIZER, LABEL_COMPONENT, ObjectMeta, settle
from fairlead.api.release import Reason, Release, ReleaseSpec
from fairlead.controllers import kinds
from fairlead.controllers.body import body
from fairlead.controllers.carry_out import Obstacle
from fairlead.controllers.cluster import COMPONENTS, RELEASES, Cluster
from fairlead.controllers.gather import missing_route, route_of_another
from fairlead.controllers.release import Releases
from fairlead.controllers.removal import Removal
from fairlead.controllers.rendered import rendered
from fairlead.controllers.revisions import LEFT_OVER, Revisions, Unreadable, is_left_over, owner
from fairlead.controllers.rights import account, missing_rights
from fairlead.core.component.begin import Standing, needs_release, standing
from fairlead.core.component.conditions import conditions
from fairlead.core.component.prune import Record, outdated, unused
from fairlead.core.release.beside import refused_beside
from fairlead.core.release.pair import Pair
from fairlead.core.revision.stored import StoredRevision
from fairlead.kube import verbs
from fairlead.kube.discovery import UnknownKind
from fairlead.kube.errors import AlreadyExists, Conflict, NotFound
from fairlead.runtime.clock import Clock, rfc3339
from fairlead.runtime.controller import Wake
from fairlead.runtime.store import Key

#: How long to wait before what stands in a release's way is looked at again, where nothing that is followed tells.
LOOK_AGAIN_AFTER_S = 15.0
#: The same, where it is known to go soon.
LOOK_AGAIN_SOON_AFTER_S = 1.0
#: The way out where a Revision is gone that is not what the Component wants.
RESTORE_REVISION = (
    "Restore it, with its Secrets, from a backup, or apply the Component with its manifests until it is at rest: then"
    " it is stored again. Without it nothing can go back to it, nor is it known what it left."
)
#: The reason of an obstacle that a person removes.
REVISION_MISSING = "RevisionMissing"


class Components:
    """Gathers, decides and carries out for one Component at a time."""

    def __init__(self, cluster: Cluster, revisions: Revisions, releases: Releases, clock: Clock) -> None:
        self._cluster = cluster
        self._revisions = revisions
        self._releases = releases
        self._clock = clock
        self._removal = Removal(cluster, revisions)
        self._wanted: dict[Key, tuple[str, int, str]] = {}
        """uid and generation of a Component, and the Revision that it wants."""

    async def reconcile(self, key: Key) -> Wake:
        """Look at one Component and do what follows. Raises Conflict where the view was outdated."""
        component = self._cluster.components.store.get(*key)
        if component is None:
            self._wanted.pop(key, None)
            await self._releases.forget(key)
            await self._let_go(key)
            return Wake()
        found = self._standing(component)
        if found.active is None:
            await self._releases.forget(key)
        if component.metadata.deletion_timestamp is not None:
            await self._releases.forget(key)
            try:
                return await self._removal.remove(component, found)
            except Obstacle as refused:
                await self._report(component, found, found.stable, refused.reason)
                return Wake(LOOK_AGAIN_AFTER_S)
        if FINALIZER not in component.metadata.finalizers:
            component = await self._claim(component)
        wanted, obstacle = self._wants(component)
        wake = Wake()
        if found.active is not None:
            try:
                wake = await self._releases.advance(component, found.active, wanted)
            except Unreadable as error:
                obstacle = await self._restore(component, found.active, error)
                wake = Wake(LOOK_AGAIN_AFTER_S)
        elif wanted and needs_release(found, wanted):
            obstacle = await self._begin(component, found)
            wake = Wake(_again_after_s(obstacle))
        elif wanted and wanted == found.stable and _misses_revision(component):
            obstacle = await self._store_again(component, found)
        found = self._standing(component)
        await self._report(component, found, wanted, obstacle)
        await self._prune(component, found, wanted)
        return wake

    def _standing(self, component: Component) -> Standing:
        metadata = component.metadata
        return standing(self._cluster.releases_of((metadata.namespace, metadata.name)), component.status)

    async def _claim(self, component: Component) -> Component:
        """Put our finalizer on a Component before anything of it exists."""
        namespace, name = component.metadata.namespace, component.metadata.name
        metadata = {
            "resourceVersion": component.metadata.resource_version,
            "finalizers": [*component.metadata.finalizers, FINALIZER],
        }
        claimed = await verbs.patch_merge(
            self._cluster.client,
            COMPONENTS,
            namespace,
            name,
            {"metadata": metadata},
            Component,
            field_manager=FIELD_MANAGER,
        )
        self._cluster.components.wrote(claimed)
        return claimed

    def _wants(self, component: Component) -> tuple[str, Reason | None]:
        """Return the Revision that a Component wants, or why there is none. The rendering itself is not kept."""
        metadata = component.metadata
        key, moment = (metadata.namespace, metadata.name), (metadata.uid, metadata.generation)
        known = self._wanted.get(key)
        if known is not None and known[:2] == moment:
            return known[2], None
        found = rendered(component)
        if found.revision is None:
            told = "\n".join(str(r) for r in found.refused)
            return "", Reason(reason="Refused", message=told)
        self._wanted[key] = (*moment, found.revision.name)
        return found.revision.name, None

    async def _begin(self, component: Component, found: Standing) -> Reason | None:
        """Begin a Release, or return what stands in its way. Nothing of the Component is written before that."""
        revision = rendered(component).revision
        assert revision is not None
        obstacle = await self._obstacle(component, revision, found.stable)
        if obstacle is not None:
            return obstacle
        namespace, name = component.metadata.namespace, component.metadata.name
        release_name = f"{name}-{found.releases + 1}"
        try:
            await self._revisions.store(component, revision, release_name)
        except Obstacle as refused:
            return refused.reason
        release = Release(
            metadata=ObjectMeta(name=release_name, labels={LABEL_COMPONENT: name}),
            spec=ReleaseSpec(
                component=name,
                to_revision=revision.name,
                from_revision=found.stable,
                plan=component.spec.release,
                traffic=component.spec.traffic,
            ),
        )
        manifest = body(release)
        manifest["metadata"]["ownerReferences"] = [owner(component)]
        manifest.pop("status", None)
        try:
            created = await verbs.create(self._cluster.client, RELEASES, namespace, manifest, Release)
        except AlreadyExists as error:
            raise Conflict(str(error)) from error
        self._cluster.releases.wrote(created)
        return None

    async def _restore(self, component: Component, release: Release, error: Unreadable) -> Reason:
        """Store a Revision again that is gone, if it is what the Component wants. Return what is missing."""
        revision = rendered(component).revision
        if revision is not None and revision.name == error.name:
            try:
                await self._revisions.store(component, revision, release.metadata.name)
            except Obstacle as refused:
                return refused.reason
            return Reason(reason=REVISION_MISSING, message=f"{error}. It is stored again from the Component.")
        return Reason(reason=REVISION_MISSING, message=f"{error}. {RESTORE_REVISION}")

    async def _store_again(self, component: Component, found: Standing) -> Reason | None:
        """Store the Revision that serves again, now that the Component has its manifests."""
        revision = rendered(component).revision
        if revision is not None and found.last is not None:
            try:
                await self._revisions.store(component, revision, found.last.metadata.name)
            except Obstacle as refused:
                return refused.reason
        return None

    async def _obstacle(self, component: Component, revision: StoredRevision, stable: str) -> Reason | None:
        route = missing_route(self._cluster, component)
        namespace, account_name = component.metadata.namespace, component.spec.service_account_name
        if route:
            path = f"spec.traffic.httpRoutes: {route}: there is no such HTTPRoute in namespace {namespace}"
            return Reason(reason="RouteNotFound", message=f"{path}. Create it, or remove it from the list.")
        if (another := route_of_another(self._cluster, component)) is not None:
            path = "spec.traffic.httpRoutes: {}: Component {} has it among its manifests and replaces its rules".format(
                *another
            )
            way_out = "Take it out of the list, or let neither Component have it among its manifests"
            return Reason(reason="RouteOfAnother", message=f"{path}. {way_out}.")
        user = account(namespace, account_name)
        try:
            before = await self._revisions.load(namespace, stable) if stable else None
            if refused := refused_beside(Pair(revision, before)):
                return Reason(reason="Refused", message="\n".join(map(str, refused)))
            lacking = await missing_rights(
                self._cluster.client,
                self._cluster.discovery,
                namespace,
                user,
                (*(before.objects if before else ()), *revision.objects),
                patches_routes=bool(component.spec.traffic.http_routes),
            )
        except Unreadable as error:
            return Reason(reason=REVISION_MISSING, message=f"{error}. {RESTORE_REVISION}")
        except UnknownKind as error:
            return Reason(reason="UnknownKind", message=f"spec.source.inline: {error}")
        if lacking:
            path = f"spec.serviceAccountName: {account_name} may not {'; '.join(lacking)}"
            way_out = "Grant it by a Role and a RoleBinding; nothing was written. Fairlead looks again by itself"
            return Reason(reason="MissingRights", message=f"{path}. {way_out}.")
        return None

    async def _prune(self, component: Component, found: Standing, wanted: str) -> None:
        """Remove the Releases that are of no use any more, and then the Revisions that no other names."""
        key = (component.metadata.namespace, component.metadata.name)
        kept = {r.metadata.name: r for r in self._cluster.releases_of(key)}
        for release in outdated(tuple(kept.values()), found):
            with suppress(NotFound):
                await verbs.delete(
                    self._cluster.client, RELEASES, key[0], release.metadata.name, uid=release.metadata.uid
                )
            del kept[release.metadata.name]
        there = {r.metadata.name: r for r in self._cluster.revisions_of(key)}
        records = (_record(r, component) for r in there.values())
        for name in unused(records, kept.values(), found, wanted):
            await self._revisions.remove(there[name])

    async def _let_go(self, key: Key) -> None:
        """Let the Revisions go that are removed because their Component is gone."""
        for revision in self._cluster.revisions_of(key):
            if revision.metadata.deletion_timestamp is not None:
                await self._revisions.let_go(revision)

    async def _report(self, component: Component, found: Standing, wanted: str, obstacle: Reason | None) -> None:
        """Write the status, if it says anything new."""
        now = rfc3339(self._clock.now_s())
        told = component.status.conditions
        for condition in conditions(found, wanted, obstacle, component.metadata.generation):
            told = settle(told, condition, now=now)
        status = ComponentStatus(
            observed_generation=component.metadata.generation,
            stable=found.stable,
            candidate=found.active.spec.to_revision if found.active else "",
            release=found.last.metadata.name if found.last else "",
            releases=found.releases,
            rejected=found.rejected,
            conditions=told,
        )
        if status == component.status:
            return
        namespace, name = component.metadata.namespace, component.metadata.name
        written = await verbs.replace(
            self._cluster.client, COMPONENTS, namespace, name, body(replace(component, status=status)), Component,
            subresource="status",
        )  # fmt: skip
        self._cluster.components.wrote(written)


def _again_after_s(obstacle: Reason | None) -> float:
    if obstacle is None:
        return 0.0
    return LOOK_AGAIN_SOON_AFTER_S if obstacle.reason == LEFT_OVER else LOOK_AGAIN_AFTER_S


def _misses_revision(component: Component) -> bool:
    """Whether it was found that the Revision which serves is gone, when another was to take its place."""
    return any(c.type == "Progressing" and c.reason == REVISION_MISSING for c in component.status.conditions)


def _record(revision: kinds.Revision, component: Component) -> Record:
    metadata = revision.metadata
    return Record(
        name=metadata.name,
        stored_for=metadata.annotations.get(ANNOTATION_RELEASE, ""),
        is_left_over=is_left_over(metadata, component.metadata.uid),
    )
