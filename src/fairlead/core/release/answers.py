"""Goals about answers: what the data plane says when it is asked which revision serves.

A route that is written and accepted is not yet one that is followed: only answers tell.
"""

from collections.abc import Sequence

from fairlead.core.release.commands import Ask
from fairlead.core.release.endpoints import has_ready_pods
from fairlead.core.release.goal import Missing
from fairlead.core.release.observation import Tally, Way
from fairlead.core.release.pair import Split
from fairlead.core.release.situation import Situation
from fairlead.core.release.ways import is_shared, ways

#: Answers in a row that must all come from one revision before all traffic counts as moved.
UNANIMOUS_ANSWERS = 20
#: Answers asked for at once while a share is looked for. At 5 % the chance to miss a random split is 0.95^40 = 13 %,
#: and it is asked again.
ANSWERS_PER_ASK = 40
#: Asked at once are the first of those that do not tell yet: what told once is not asked again at its generation.
WAYS_PER_ASK = 8
ASK_AGAIN_AFTER_S = 0.1
#: After this time a way back that the gateways accepted is believed without an answer: nothing may block going back.
STOP_ASKING_AFTER_S = 10.0


def share_seen(s: Situation) -> Missing | None:
    """The data plane answered from the revisions that the weight promises, and from none else."""
    weight = s.step.weight_percent if s.status.stage in ("Preparing", "Shifting") else 100
    return _seen(s, s.splits, candidate=weight > 0, stable=weight < 100)


def only_candidate_seen(s: Situation) -> Missing | None:
    """The data plane answers from the candidate alone."""
    return _seen(s, s.splits, candidate=True, stable=False)


def first_routes_seen(s: Situation) -> Missing | None:
    """The data plane answers for what a first revision brought: users reach it before it counts as promoted."""
    return _seen(s, () if s.pair.stable else s.pair.asked, candidate=True, stable=False)


def only_stable_seen(s: Situation) -> Missing | None:
    """The data plane answers from stable alone, as far as it answers at all."""
    if s.stage_age_s > STOP_ASKING_AFTER_S:
        return None
    return _seen(s, s.splits, candidate=False, stable=True)


def _seen(s: Situation, splits: Sequence[Split], *, candidate: bool, stable: bool) -> Missing | None:
    """On every way that leads to one of these Services the answers are those that are meant."""
    by_name = {x.service: x for x in splits}
    untold = tuple(w for w in ways(s, splits) if not _tells(s, w, by_name[w.service], candidate, stable))
    if not untold:
        return None
    return Missing(
        reason="AskingDataPlane",
        message=f"the gateway is asked which revision answers{_told(s, untold)}",
        commands=(
            Ask(ways=untold[:WAYS_PER_ASK], requests=ANSWERS_PER_ASK if candidate and stable else UNANIMOUS_ANSWERS),
        ),
        wake_after_s=ASK_AGAIN_AFTER_S,
    )


def _tells(s: Situation, way: Way, split: Split, candidate: bool, stable: bool) -> bool:
    """Whether the answers on a way are those that are meant; where stable is down, nobody answers for it."""
    if way not in s.answers:
        return False
    t = s.answers[way]
    is_down = bool(split.stable_copy) and not has_ready_pods(s, split.stable_copy)
    return t is None or (
        (t.candidate > 0) == candidate
        and (t.stable > 0) == (stable and not is_down)
        and (t.other == 0 or is_down or is_shared(s, way, split))
    )


def _told(s: Situation, untold: Sequence[Way]) -> str:
    told = [_tallied(way, t) for way in untold[:WAYS_PER_ASK] if (t := s.answers.get(way)) is not None]
    return f"; last answers: {'; '.join(told)}" if told else ""


def _tallied(way: Way, t: Tally) -> str:
    where = f"Service {way.service} by spec.rules[{way.rule}] of HTTPRoute {way.route}"
    return f"{where}: {t.candidate} candidate, {t.stable} stable, {t.other} other"
