"""Routes that another writer sets back: noticed, held forward, never fought.

That a write was taken back is seen from the route's uid and generation alone: our write makes the generation one
higher, the other's a second time, and who creates the route anew gives it another uid. So it is seen however fast the
other one is, and a write that met a conflict is not taken for one.

A single revert is answered: somebody edited by hand. After the third the Release holds, and tries again after a pause
that doubles each time, for whoever mends the other tool has no other way to tell. Going back is never held.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from fairlead.api.release import RouteWrites, Stage
from fairlead.core.release.commands import Command, PatchRoute
from fairlead.core.release.goal import Missing
from fairlead.core.release.observation import Route
from fairlead.core.release.situation import Situation

#: So many reverts are no accident: the last of them is not answered.
FIGHT_REVERTS = 3
FIRST_PAUSE_MIN = 5
LONGEST_PAUSE_MIN = 80
#: How a tool that is known is told to leave the rules alone, by the name of its field manager.
WAYS_OUT: Mapping[str, str] = MappingProxyType(
    {
        "argocd-controller": (
            "In its Argo CD Application list the jqPathExpression .spec.rules[].backendRefs of this HTTPRoute under"
            " spec.ignoreDifferences, and set the sync option RespectIgnoreDifferences=true"
        ),
        "kustomize-controller": (
            "In its Flux Kustomization list the path /spec/rules of this HTTPRoute under spec.ignore, or annotate the"
            " route in Git with kustomize.toolkit.fluxcd.io/ssa: IfNotPresent"
        ),
        "helm-controller": (
            "In its Flux HelmRelease list the path /spec/rules of this HTTPRoute under spec.driftDetection.ignore"
        ),
    }
)
WAY_OUT = "Let it leave spec.rules[].backendRefs of this route alone"

_BACK: frozenset[Stage] = frozenset({"Returning", "Undoing"})


def routes_unfought(s: Situation) -> Missing | None:
    """No other writer keeps taking back what is written to the routes."""
    for writes in s.status.routes:
        left_ms = _pause_ms(writes) - writes.quiet_ms
        if left_ms > 0:
            return Missing(reason="RouteFought", message=_told(s, writes), wake_after_s=left_ms / 1000)
    return None


def noted(s: Situation, commands: Iterable[Command]) -> tuple[RouteWrites, ...]:
    """Return what was written to routes, with the writes that are about to be made and the reverts that they answer."""
    known = {w.route: w for w in s.status.routes}
    if s.status.stage in _BACK:
        return s.status.routes
    for command in commands:
        if isinstance(command, PatchRoute):
            before = known.get(command.route, RouteWrites(route=command.route))
            known[command.route] = _noted(before, s.routes[command.route])
    return tuple(known[name] for name in sorted(known))


def rested(routes: Iterable[RouteWrites], elapsed_ms: int) -> tuple[RouteWrites, ...]:
    """Return them with the time that passed, where a pause is waited for."""
    return tuple(replace(w, quiet_ms=min(_pause_ms(w), w.quiet_ms + elapsed_ms)) for w in routes)


def _noted(before: RouteWrites, route: Route) -> RouteWrites:
    now = replace(before, uid=route.uid, generation=route.generation)
    is_another = before.uid not in ("", route.uid)
    if before.generation and (is_another or before.generation <= route.generation - 2):
        return replace(now, reverts=before.reverts + 1, quiet_ms=0)
    return now


def _pause_ms(writes: RouteWrites) -> int:
    if writes.reverts < FIGHT_REVERTS:
        return 0
    return _pause_min(writes) * 60_000


def _pause_min(writes: RouteWrites) -> int:
    return int(min(FIRST_PAUSE_MIN * 2 ** (writes.reverts - FIGHT_REVERTS), LONGEST_PAUSE_MIN))


def _told(s: Situation, writes: RouteWrites) -> str:
    route = s.routes.get(writes.route)
    writer = route.other_writer if route else ""
    return (
        f"HTTPRoute {writes.route} was set back {writes.reverts} times by {writer or 'another writer'}, and is not"
        f" written again for {_pause_min(writes)} min. {WAYS_OUT.get(writer, WAY_OUT)}"
    )
