"""The stages of a Release and the goals of each: the policy of the whole engine, to be read from top to bottom.

Going forward the order is capacity, health, traffic, then less old. Going back it is traffic first, at once.
"""

from collections.abc import Mapping

from fairlead.api.release import Stage
from fairlead.core.release.goal import Goal
from fairlead.core.release.hold import step_held, watch_held
from fairlead.core.release.objects import (
    brought_applied,
    brought_removed,
    changed_applied,
    changed_undone,
    left_removed,
    services_of_the_revisions_applied,
    services_of_the_revisions_removed,
)
from fairlead.core.release.readiness import endpoints_published, ready, resized, sized
from fairlead.core.release.traffic import (
    brought_routes_applied,
    candidate_rules_written,
    in_routes_at_zero,
    only_candidate_seen,
    only_stable_seen,
    routes_accepted,
    routes_restored,
    routes_returned,
    services_of_the_revisions_idle,
    services_switched,
    share_seen,
    traffic_back,
    weight_written,
)

GOALS: Mapping[Stage, tuple[Goal, ...]] = {
    "Preparing": (
        brought_applied,
        services_of_the_revisions_applied,
        sized,
        ready,
        endpoints_published,
        in_routes_at_zero,
        routes_accepted,
    ),
    "Shifting": (
        sized,
        ready,
        endpoints_published,
        weight_written,
        routes_accepted,
        share_seen,
        step_held,
    ),
    "Switching": (
        services_switched,
        changed_applied,
        brought_routes_applied,
        candidate_rules_written,
        routes_accepted,
    ),
    "Watching": (
        candidate_rules_written,
        services_switched,
        routes_accepted,
        only_candidate_seen,
        watch_held,
    ),
    "Settling": (
        routes_returned,
        routes_accepted,
        only_candidate_seen,
        services_of_the_revisions_idle,
        services_of_the_revisions_removed,
        left_removed,
        resized,
    ),
    "Returning": (
        traffic_back,
        routes_accepted,
        only_stable_seen,
    ),
    "Undoing": (
        changed_undone,
        routes_restored,
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
