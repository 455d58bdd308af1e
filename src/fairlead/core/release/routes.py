"""Goals about routes: what their rules are, and what their gateways say of it.

This module alone decides what a route looks like. What stable's or the candidate's share is meant to be follows from
the stage alone, so that a crash between two writes changes nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fairlead.core.release.commands import Command, PatchRoute
from fairlead.core.release.endpoints import without_endpoints
from fairlead.core.release.goal import Missing
from fairlead.core.release.live_routes import routes_that_stay, stored_route, written_routes
from fairlead.core.release.observation import Route
from fairlead.core.release.situation import Situation
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.core.traffic.http_route import (
    WHOLE,
    backend_names,
    json_patch,
    replace_rules,
    split_rules,
    unsplit_rules,
)


def in_routes_at_zero(s: Situation) -> Missing | None:
    """The Services of both revisions are backends of the routes, the candidate's without traffic."""
    return _weights_written(s, 0, s.pair.stable)


def weight_written(s: Situation) -> Missing | None:
    """The routes have the weight of the current step."""
    return _weights_written(s, s.step.weight_percent, s.pair.stable)


def candidate_rules_written(s: Situation) -> Missing | None:
    """The routes have the candidate's rules, with all traffic on the candidate."""
    return _weights_written(s, WHOLE, s.pair.candidate)


def routes_accepted(s: Situation) -> Missing | None:
    """Every gateway accepted the current generation of every route that is to stay, and resolved its backends."""
    for route in routes_that_stay(s):
        if not route.accepted:
            message = f"HTTPRoute {route.name} is not accepted by its gateway yet"
            return Missing(
                reason="WaitingForGateway", message=f"{message}{': ' if route.trouble else ''}{route.trouble}"
            )
    return None


def routes_returned(s: Situation) -> Missing | None:
    """The routes lead to the Services themselves, with the candidate's rules."""
    return _routes_at_rest(s, s.pair.candidate)


def routes_restored(s: Situation) -> Missing | None:
    """The routes lead to the Services themselves, with stable's rules."""
    return _routes_at_rest(s, s.pair.stable)


def changed_routes_applied(s: Situation) -> Missing | None:
    """Routes that differ in more than their rules are as the candidate has them, with all traffic on the candidate."""
    splits = {x.service: (x.stable_service, x.candidate_service, WHOLE) for x in s.splits}
    routes = (o for o in s.pair.changed if o.kind == "HTTPRoute")
    return _changed_routes(
        s, (o.with_spec(rules=split_rules(o.manifest["spec"].get("rules", []), splits)) for o in routes)
    )


def changed_routes_undone(s: Situation) -> Missing | None:
    """Routes that differ in more than their rules are as stable has them."""
    return _changed_routes(s, s.pair.stable.objects if s.pair.stable else ())


def named_routes_there(s: Situation) -> Missing | None:
    """The routes that the Component names are there: without them nothing would be judged."""
    gone = next((name for name in s.release.spec.traffic.http_routes if name not in s.routes), None)
    if gone is None:
        return None
    return Missing(
        reason="RouteNotFound",
        message=f"HTTPRoute {gone} is gone. Create it again, or go back and take it out of spec.traffic.httpRoutes",
    )


def brought_routes_applied(s: Situation) -> Missing | None:
    """Routes that only the candidate has are there."""
    return _applied(s, tuple(o for o in s.pair.brought if o.kind == "HTTPRoute" and o.key not in s.applied))


def services_of_the_revisions_idle(s: Situation) -> Missing | None:
    """No route names a Service that is about to go."""
    ours = {n for x in s.splits for n in (x.stable_service, x.candidate_service)}
    for route in s.routes.values():
        named = sorted(ours & backend_names(route.rules))
        if named:
            return Missing(reason="WaitingForGateway", message=f"HTTPRoute {route.name} still names Service {named[0]}")
    return None


def weight_patch(
    s: Situation, route: Route, weights: Mapping[str, int], base: StoredRevision | None
) -> PatchRoute | None:
    """Return the write that gives a route its rules as `base` has them, split at the weight of each Service."""
    stored = stored_route(base, route.name)
    splits = {x.service: (x.stable_service, x.candidate_service, weights[x.service]) for x in s.splits}
    rules = stored.manifest["spec"].get("rules", []) if stored else unsplit_rules(route.rules, splits)
    return _patch(s, route, tuple(split_rules(rules, splits)))


def _weights_written(s: Situation, weight_percent: int, base: StoredRevision | None) -> Missing | None:
    """Every route splits its rules, in the form that `base` gives them, at this weight."""
    weights = {x.service: weight_percent for x in s.splits}
    commands = tuple(
        command for route in written_routes(s) if (command := weight_patch(s, route, weights, base)) is not None
    )
    if not commands:
        return None
    deaf = without_endpoints(s, weight_percent, base)
    if deaf:
        return Missing(
            reason="NoReadyEndpoints",
            message=f"Service {deaf} has no ready endpoint: it gets no traffic before it has one",
        )
    routes = ", ".join(c.route for c in commands)
    return Missing(
        reason="ShiftingTraffic",
        message=f"HTTPRoute {routes} gets {weight_percent} % on the candidate",
        commands=commands,
    )


def _routes_at_rest(s: Situation, revision: StoredRevision | None) -> Missing | None:
    commands: list[Command] = []
    splits = {x.service: (x.stable_service, x.candidate_service, 0) for x in s.splits}
    for name, route in sorted(s.routes.items()):
        stored = stored_route(revision, name)
        wanted = stored.manifest["spec"].get("rules", []) if stored else unsplit_rules(route.rules, splits)
        if (command := _patch(s, route, tuple(wanted))) is not None:
            commands.append(command)
    if not commands:
        return None
    return Missing(
        reason="ReturningRoutes", message="the routes return to the Services themselves", commands=tuple(commands)
    )


def _patch(s: Situation, route: Route, wanted: tuple[dict[str, Any], ...]) -> PatchRoute | None:
    """The patch of one route: one of the Component is replaced whole, in one of others only its backends change."""
    owned = stored_route(s.pair.candidate, route.name) or stored_route(s.pair.stable, route.name)
    make = replace_rules if owned else json_patch
    operations = make(route.rules, wanted, route.resource_version)
    return PatchRoute(route=route.name, operations=tuple(operations)) if operations else None


def _changed_routes(s: Situation, objects: Iterable[StoredObject]) -> Missing | None:
    keys = {key for key in s.pair.changed_beside_traffic if key[1] == "HTTPRoute"} - s.applied
    return _applied(s, tuple(o for o in objects if o.key in keys))


def _applied(s: Situation, missing: tuple[StoredObject, ...]) -> Missing | None:
    if not missing:
        return None
    return Missing(reason="Applying", message=f"HTTPRoute {missing[0].name} is applied", commands=(s.apply(missing),))
