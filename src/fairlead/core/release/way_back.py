"""Goals about the way back: all traffic that stable can bear is sent to stable, in one go, and nothing may hold it."""

from fairlead.core.release.endpoints import deaf_services
from fairlead.core.release.goal import Missing
from fairlead.core.release.live_routes import leads_to_candidate, moved_routes
from fairlead.core.release.routes import weight_patch
from fairlead.core.release.services import service_patches, turned_to_nobody
from fairlead.core.release.situation import Situation


def traffic_back(s: Situation) -> Missing | None:
    """All traffic that stable can bear is meant for stable again, in the routes and in the Services, in one go.

    A Service whose stable pods are all gone keeps its share on the candidate: a bad answer is better than none.
    """
    deaf = deaf_services(s)
    share = next((p.weight_percent for p in reversed(s.status.passages) if p.stage != "Returning"), 0)
    weights = {x.service: share if x.service in deaf else 0 for x in s.splits}
    routes = tuple(
        command
        for route in moved_routes(s)
        if leads_to_candidate(s, route) and (command := weight_patch(s, route, weights, s.pair.stable)) is not None
    )
    kept = deaf | turned_to_nobody(s)
    services = tuple(p for p in service_patches(s, s.pair.stable) if p.service not in kept)
    if not (routes or services):
        return None
    return Missing(
        reason="ReturningTraffic", message="all traffic is sent back to stable", commands=(*routes, *services)
    )


def stable_takes_traffic(s: Situation) -> Missing | None:
    """No traffic is left on the candidate because stable's pods are gone."""
    deaf = deaf_services(s) if any(leads_to_candidate(s, r) for r in moved_routes(s)) else frozenset()
    # All that stable can bear is back: what is still to be switched is what it cannot.
    deaf |= {p.service for p in service_patches(s, s.pair.stable)}
    if not deaf:
        return None
    return Missing(
        reason="NoReadyEndpoints",
        message=f"stable's pods behind Service {min(deaf)} are not ready: they cannot take their traffic back yet",
    )
