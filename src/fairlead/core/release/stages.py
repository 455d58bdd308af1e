"""The stages of a Release and the goals of each: the policy of the whole engine, to be read from top to bottom.

Going forward the order is capacity, health, traffic, then less old. Going back it is traffic first, at once.
"""

from collections.abc import Mapping

from fairlead.api.release import Stage
from fairlead.core.release.answers import first_routes_seen, only_candidate_seen, only_stable_seen, share_seen
from fairlead.core.release.goal import Goal
from fairlead.core.release.hold import step_held, watch_held
from fairlead.core.release.objects import (
    brought_applied,
    brought_removed,
    candidate_there,
    changed_applied,
    changed_undone,
    left_removed,
    orphaned_services_taken_over,
    services_of_the_revisions_removed,
    services_of_the_revisions_there,
    stable_there,
)
from fairlead.core.release.readiness import endpoints_published, ready, resized, sized
from fairlead.core.release.reverts import routes_unfought
from fairlead.core.release.rights import rights_narrowed, rights_widened
from fairlead.core.release.routes import (
    brought_routes_applied,
    candidate_rules_written,
    changed_routes_applied,
    changed_routes_undone,
    in_routes_at_zero,
    named_routes_there,
    routes_accepted,
    routes_restored,
    routes_returned,
    services_of_the_revisions_idle,
    weight_written,
)
from fairlead.core.release.services import services_switched
from fairlead.core.release.way_back import stable_takes_traffic, traffic_back

GOALS: Mapping[Stage, tuple[Goal, ...]] = {
    "Preparing": (
        stable_there,
        rights_widened,
        brought_applied,
        services_of_the_revisions_there,
        sized,
        ready,
        endpoints_published,
        routes_unfought,
        in_routes_at_zero,
        routes_accepted,
    ),
    "Shifting": (
        stable_there,
        services_of_the_revisions_there,
        named_routes_there,
        sized,
        ready,
        endpoints_published,
        routes_unfought,
        weight_written,
        routes_accepted,
        share_seen,
        step_held,
    ),
    "Switching": (
        stable_there,
        services_of_the_revisions_there,
        named_routes_there,
        sized,
        ready,
        orphaned_services_taken_over,
        services_switched,
        changed_applied,
        brought_routes_applied,
        changed_routes_applied,
        routes_unfought,
        candidate_rules_written,
        routes_accepted,
    ),
    "Watching": (
        stable_there,
        services_of_the_revisions_there,
        named_routes_there,
        routes_unfought,
        candidate_rules_written,
        services_switched,
        routes_accepted,
        only_candidate_seen,
        watch_held,
    ),
    "Settling": (
        candidate_there,
        services_switched,
        routes_unfought,
        routes_returned,
        routes_accepted,
        only_candidate_seen,
        first_routes_seen,
        services_of_the_revisions_idle,
        services_of_the_revisions_removed,
        left_removed,
        rights_narrowed,
        resized,
    ),
    "Returning": (
        traffic_back,
        stable_there,
        services_of_the_revisions_there,
        stable_takes_traffic,
        routes_accepted,
        only_stable_seen,
    ),
    "Undoing": (
        stable_there,
        changed_undone,
        routes_restored,
        changed_routes_undone,
        routes_accepted,
        only_stable_seen,
        services_of_the_revisions_idle,
        services_of_the_revisions_removed,
        brought_removed,
    ),
}

#: From here a Release can still turn back. Settling has promoted what was judged; from then on there is no old way.
CAN_TURN_BACK: frozenset[Stage] = frozenset({"Preparing", "Shifting", "Switching", "Watching"})
#: In these stages the candidate is judged.
JUDGED: frozenset[Stage] = frozenset({"Preparing", "Shifting", "Switching", "Watching"})
