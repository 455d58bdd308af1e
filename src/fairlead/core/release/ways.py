"""The ways by which requests reach the Services of a Release through its routes, as far as one can ask by them.

Lookups only: what the answers must be is decided in answers.py.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from fairlead.core.release.observation import Route, Way
from fairlead.core.release.pair import Split
from fairlead.core.release.situation import Situation
from fairlead.core.traffic.http_route import shares
from fairlead.core.traffic.reach import reach

#: More ways to one Service than this are taken on the word of their gateways: requests of ours are no traffic.
MOST_WAYS = 8


def ways(s: Situation, splits: Iterable[Split]) -> tuple[Way, ...]:
    """Return the ways to these Services, by Service, route and rule."""
    if not s.release.spec.traffic.version_header:
        return ()
    return tuple(way for split in splits for way in islice(_ways(s, split), MOST_WAYS))


def is_shared(s: Situation, way: Way, split: Split) -> bool:
    """Whether Services of others answer on this way too."""
    rule = s.routes[way.route].rules[way.rule]
    return bool(shares([rule]) - names(split))


def names(split: Split) -> frozenset[str]:
    """The names under which a split Service stands in routes."""
    return frozenset({split.service, split.stable_service, split.candidate_service})


def _ways(s: Situation, split: Split) -> Iterator[Way]:
    for _, route in sorted(s.routes.items()):
        for rule in _rules_to(route, split):
            if reach(route.rules, rule, s.release.spec.traffic.probe_path) is not None:
                yield Way(split.service, route.name, rule, route.uid, route.generation)


def _rules_to(route: Route, split: Split) -> Iterator[int]:
    return (i for i, rule in enumerate(route.rules) if shares([rule]) & names(split))
