"""Goals about traffic: where the routes and the Services of the Component send requests.

This module alone decides when a route or a shared Service changes. Each goal is closed in four steps: written,
accepted by every gateway at this generation, and seen in the answers of the data plane. What stable's or the
candidate's share is meant to be follows from the stage alone, so that a crash between two writes changes nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fairlead.api.meta import LABEL_COPY
from fairlead.core.release.commands import Apply, Ask, Command, PatchRoute, PatchService
from fairlead.core.release.goal import Missing
from fairlead.core.release.observation import Answers, Route, Tally
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
from fairlead.core.traffic.service_switch import service_patch

#: Answers in a row that must all come from one revision before all traffic counts as moved.
UNANIMOUS_ANSWERS = 20
#: Answers asked for at once while a share is looked for. At 5 % the chance to miss a random split is 0.95^40 = 13 %,
#: and it is asked again.
ANSWERS_PER_ASK = 40
ASK_AGAIN_AFTER_S = 0.1
#: After this time a way back that the gateways accepted is believed without an answer: nothing may block going back.
STOP_ASKING_AFTER_S = 10.0


def _weights_written(s: Situation, weight_percent: int, base: StoredRevision | None) -> Missing | None:
    """Every route splits its rules, in the form that `base` gives them, at this weight."""
    weights = {x.service: weight_percent for x in s.splits}
    commands = tuple(
        command
        for route in _written_routes(s)
        if (command := _route_patch(s, route, _wanted_rules(s, route, weights, base))) is not None
    )
    if not commands:
        return None
    deaf = _without_endpoints(s, weight_percent, base)
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


def in_routes_at_zero(s: Situation) -> Missing | None:
    """The Services of both revisions are backends of the routes, the candidate's without traffic."""
    return _weights_written(s, 0, s.pair.stable)


def weight_written(s: Situation) -> Missing | None:
    """The routes have the weight of the current step."""
    return _weights_written(s, s.step.weight_percent, s.pair.stable)


def candidate_rules_written(s: Situation) -> Missing | None:
    """The routes have the candidate's rules, with all traffic on the candidate."""
    return _weights_written(s, 100, s.pair.candidate)


def traffic_back(s: Situation) -> Missing | None:
    """All traffic that stable can bear is meant for stable again, in the routes and in the Services, in one go.

    A Service whose stable pods are all gone keeps its share on the candidate: a bad answer is better than none.
    """
    deaf = _deaf_services(s)
    share = next((p.weight_percent for p in reversed(s.status.passages) if p.stage != "Returning"), 0)
    weights = {x.service: share if x.service in deaf else 0 for x in s.splits}
    routes = tuple(
        command
        for route in _routes(s)
        if _leads_to_candidate(s, route)
        and (command := _route_patch(s, route, _wanted_rules(s, route, weights, s.pair.stable))) is not None
    )
    services = tuple(p for p in _service_patches(s, s.pair.stable) if p.service not in deaf)
    if not (routes or services):
        return None
    return Missing(
        reason="ReturningTraffic", message="all traffic is sent back to stable", commands=(*routes, *services)
    )


def stable_takes_traffic(s: Situation) -> Missing | None:
    """No traffic is left on the candidate because stable's pods are gone."""
    deaf = _deaf_services(s)
    if deaf and any(_leads_to_candidate(s, r) for r in _routes(s)):
        return Missing(
            reason="NoReadyEndpoints",
            message=f"stable's pods behind Service {min(deaf)} are not ready: they cannot take their traffic back yet",
        )
    return None


def routes_accepted(s: Situation) -> Missing | None:
    """Every gateway accepted the current generation of every route that is to stay, and resolved its backends."""
    for route in _routes_that_stay(s):
        if not route.accepted:
            message = f"HTTPRoute {route.name} is not accepted by its gateway yet"
            return Missing(
                reason="WaitingForGateway", message=f"{message}{': ' if route.trouble else ''}{route.trouble}"
            )
    return None


def share_seen(s: Situation) -> Missing | None:
    """The data plane answered from the revisions that the weight promises, and from none else."""
    weight = s.step.weight_percent if s.status.stage in ("Preparing", "Shifting") else 100
    return _answers_seen(s, candidate=weight > 0, stable=weight < 100)


def only_candidate_seen(s: Situation) -> Missing | None:
    """The data plane answers from the candidate alone."""
    return _answers_seen(s, candidate=True, stable=False)


def first_routes_seen(s: Situation) -> Missing | None:
    """The data plane answers for what a first revision brought: users reach it before it counts as promoted."""
    asked = {x.service for x in s.pair.asked} if s.pair.stable is None else set()
    routes = tuple(r for r in s.routes.values() if asked & backend_names(r.rules))
    return _seen(s, routes, candidate=True, stable=False)


def only_stable_seen(s: Situation) -> Missing | None:
    """The data plane answers from stable alone, as far as it answers at all."""
    if s.stage_age_s > STOP_ASKING_AFTER_S:
        return None
    return _answers_seen(s, candidate=False, stable=True)


def services_switched(s: Situation) -> Missing | None:
    """The Services themselves lead to the candidate's pods, all of them published, and to no others."""
    return _services_lead_to(s, s.pair.candidate)


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


def _changed_routes(s: Situation, objects: Iterable[StoredObject]) -> Missing | None:
    keys = {key for key in s.pair.changed_beside_traffic if key[1] == "HTTPRoute"} - s.applied
    changed = tuple(o for o in objects if o.key in keys)
    if not changed:
        return None
    return Missing(
        reason="Applying", message=f"HTTPRoute {changed[0].name} is applied", commands=(Apply(objects=changed),)
    )


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
    missing = tuple(o for o in s.pair.brought if o.kind == "HTTPRoute" and o.key not in s.applied)
    if not missing:
        return None
    return Missing(
        reason="Applying", message=f"HTTPRoute {missing[0].name} is applied", commands=(Apply(objects=missing),)
    )


def services_of_the_revisions_idle(s: Situation) -> Missing | None:
    """No route names a Service that is about to go."""
    ours = {n for x in s.splits for n in (x.stable_service, x.candidate_service)}
    for route in s.routes.values():
        named = sorted(ours & backend_names(route.rules))
        if named:
            return Missing(reason="WaitingForGateway", message=f"HTTPRoute {route.name} still names Service {named[0]}")
    return None


def _services_lead_to(s: Situation, revision: StoredRevision | None) -> Missing | None:
    commands = _service_patches(s, revision)
    if commands:
        names = ", ".join(c.service for c in commands)
        return Missing(reason="SwitchingServices", message=f"Service {names} is switched", commands=commands)
    for split in s.splits:
        copy = split.candidate_copy if revision is s.pair.candidate else split.stable_copy
        expected = {p.name for p in s.pods.get(copy, ()) if p.ready and not p.terminating}
        service = s.services.get(split.service)
        if service is None or not expected or service.ready_pods != expected:
            return Missing(
                reason="WaitingForEndpoints",
                message=f"Service {split.service} does not publish exactly the new pods yet",
            )
    return None


def _service_patches(s: Situation, revision: StoredRevision | None) -> tuple[PatchService, ...]:
    wanted = {o.name: o for o in revision.objects if o.kind == "Service"} if revision else {}
    patches = []
    for split in s.splits:
        live = s.services.get(split.service)
        spec = wanted[split.service].manifest["spec"] if split.service in wanted else None
        if live is None or spec is None or live.selector.get(LABEL_COPY) == spec["selector"][LABEL_COPY]:
            continue
        operations = service_patch(live.resource_version, spec)
        patches.append(PatchService(service=split.service, operations=tuple(operations)))
    return tuple(patches)


def _split_routes(s: Situation) -> tuple[Route, ...]:
    """The live routes that lead to a Service that is split."""
    ours = {n for x in s.splits for n in (x.service, x.stable_service, x.candidate_service)}
    return tuple(r for _, r in sorted(s.routes.items()) if ours & backend_names(r.rules))


def _routes(s: Situation) -> tuple[Route, ...]:
    """The live routes whose traffic this Release moves: to a Service that is split, or that only the candidate has."""
    split = {r.name for r in _split_routes(s)}
    return tuple(r for n, r in sorted(s.routes.items()) if n in split or _leads_to_brought(s, r))


def _written_routes(s: Situation) -> tuple[Route, ...]:
    """Those, and all among the manifests: their rules are the revision's."""
    moved = {r.name for r in _routes(s)}
    revisions = (s.pair.candidate, s.pair.stable)
    return tuple(r for n, r in sorted(s.routes.items()) if n in moved or any(_stored_route(x, n) for x in revisions))


def _routes_that_stay(s: Situation) -> tuple[Route, ...]:
    """The live routes that lead to a Service that is split, and those that only the candidate has, if they are to stay.

    On the way back they go, and what a gateway says of them must not hold it.
    """
    names = {o.name for o in s.pair.brought if o.kind == "HTTPRoute"}
    if s.status.stage in ("Returning", "Undoing"):
        return tuple(r for r in _routes(s) if r.name not in names)
    return (*(r for r in _routes(s) if r.name not in names), *(r for n, r in sorted(s.routes.items()) if n in names))


def _stored_route(revision: StoredRevision | None, name: str) -> StoredObject | None:
    objects = revision.objects if revision else ()
    return next((o for o in objects if o.kind == "HTTPRoute" and o.name == name), None)


def _wanted_rules(
    s: Situation, route: Route, weights: Mapping[str, int], base: StoredRevision | None
) -> tuple[dict[str, Any], ...]:
    """The rules of a route as `base` has them, split at the weight of each Service."""
    stored = _stored_route(base, route.name)
    splits = {x.service: (x.stable_service, x.candidate_service, weights[x.service]) for x in s.splits}
    rules = stored.manifest["spec"].get("rules", []) if stored else unsplit_rules(route.rules, splits)
    return tuple(split_rules(rules, splits))


def _route_patch(s: Situation, route: Route, wanted: tuple[dict[str, Any], ...]) -> PatchRoute | None:
    """The patch of one route: one of the Component is replaced whole, in one of others only its backends change."""
    owned = _stored_route(s.pair.candidate, route.name) or _stored_route(s.pair.stable, route.name)
    make = replace_rules if owned else json_patch
    operations = make(route.rules, wanted, route.resource_version)
    return PatchRoute(route=route.name, operations=tuple(operations)) if operations else None


def _routes_at_rest(s: Situation, revision: StoredRevision | None) -> Missing | None:
    commands: list[Command] = []
    splits = {x.service: (x.stable_service, x.candidate_service, 0) for x in s.splits}
    for name, route in sorted(s.routes.items()):
        stored = _stored_route(revision, name)
        wanted = stored.manifest["spec"].get("rules", []) if stored else unsplit_rules(route.rules, splits)
        if (command := _route_patch(s, route, tuple(wanted))) is not None:
            commands.append(command)
    if not commands:
        return None
    return Missing(
        reason="ReturningRoutes", message="the routes return to the Services themselves", commands=tuple(commands)
    )


def _leads_to_candidate(s: Situation, route: Route) -> bool:
    return bool({x.candidate_service for x in s.splits} & backend_names(route.rules)) or _leads_to_brought(s, route)


def _leads_to_brought(s: Situation, route: Route) -> bool:
    return bool(s.pair.brought_services.keys() & backend_names(route.rules))


def _deaf_services(s: Situation) -> frozenset[str]:
    """The split Services whose stable pods are all gone."""
    return frozenset(x.service for x in s.splits if not _has_endpoints(s, x.stable_service))


def _has_endpoints(s: Situation, name: str) -> bool:
    service = s.services.get(name)
    return service is not None and bool(service.ready_pods)


def _has_ready_pods(s: Situation, copy: str) -> bool:
    return any(p.ready and not p.terminating for p in s.pods.get(copy, ()))


def _without_endpoints(s: Situation, weight_percent: int, base: StoredRevision | None) -> str:
    """Name a Service that is to get traffic and has no ready endpoint.

    Stable keeps the share that it has even without any ready pod: it loses nothing by that.
    """
    stable = [x.stable_service for x in s.splits if weight_percent < WHOLE and _has_ready_pods(s, x.stable_copy)]
    candidate = [x.candidate_service for x in s.splits if weight_percent > 0]
    brought = sorted(s.pair.brought_services) if base is s.pair.candidate else []
    return next((name for name in (*stable, *candidate, *brought) if not _has_endpoints(s, name)), "")


def _answers_seen(s: Situation, *, candidate: bool, stable: bool) -> Missing | None:
    return _seen(s, _split_routes(s), candidate=candidate, stable=stable)


def _seen(s: Situation, routes: tuple[Route, ...], *, candidate: bool, stable: bool) -> Missing | None:
    generations = {r.name: r.generation for r in routes}
    a, down = s.answers, {x.service for x in s.splits if not _has_ready_pods(s, x.stable_copy)}
    if not routes:
        return None
    if a is not None and a.generations == generations:
        told = (_tells(t, candidate, stable and name not in down, name in down) for name, t in a.tallies.items())
        if all(told):
            return None
    ask = Ask(requests=ANSWERS_PER_ASK if candidate and stable else UNANIMOUS_ANSWERS)
    return Missing(
        reason="AskingDataPlane",
        message=f"the gateway is asked which revision answers{_told(a)}",
        commands=(ask,),
        wake_after_s=ASK_AGAIN_AFTER_S,
    )


def _tells(t: Tally, candidate: bool, stable: bool, is_down: bool) -> bool:
    """Whether the answers are those that are meant; where stable is down, nobody answers for it."""
    return (t.candidate > 0) == candidate and (t.stable > 0) == stable and (not t.other or is_down)


def _told(a: Answers | None) -> str:
    if a is None or not a.tallies:
        return ""
    told = (
        f"{name}: {t.candidate} candidate, {t.stable} stable, {t.other} other" for name, t in sorted(a.tallies.items())
    )
    return f"; last answers: {'; '.join(told)}"
