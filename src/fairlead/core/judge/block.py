"""Blocks of readings: what was counted in about a minute at one weight, in parts of about ten seconds."""

from msgspec import structs
from msgspec.structs import replace

from fairlead.api.release import Block, Counted, Evidence, Part, PodCounted, TestState
from fairlead.core.judge.counting import Increment, PodIncrement
from fairlead.core.judge.dispersion import with_spread

LOOKS = 120
PART_LOOKS = 20


def opened(evidence: Evidence, weight_percent: int) -> Evidence:
    """Close the block under way if it is full or the weight is another, and open the next."""
    block = evidence.block
    if block.looks == 0 or (block.looks < LOOKS and block.weight_percent == weight_percent):
        return replace(evidence, block=replace(block, weight_percent=weight_percent))
    return replace(
        evidence,
        block=Block(weight_percent=weight_percent),
        tests=tuple(_closed(test, block) for test in evidence.tests),
    )


def _closed(test: TestState, block: Block) -> TestState:
    pods = [(p.requests, p.errors) if test.signal == "errors" else (p.timed, p.slow) for p in block.stable_pods]
    # Without traffic on the candidate nothing was weighed: the block does not count.
    spread = with_spread(test, pods)
    return next_block(spread, len(block.parts)) if any(p.candidate.requests for p in block.parts) else spread


def next_block(test: TestState, parts: int) -> TestState:
    """Keep the evidence of a block that ends, of so many parts."""
    return replace(test, closed_milli=test.log_evidence_milli, parts=test.parts + parts)


def added(evidence: Evidence, candidate: Increment, stable: Increment) -> Evidence:
    """Add an interval to the block under way."""
    block = evidence.block
    *before, last = block.parts if block.looks % PART_LOOKS else (*block.parts, Part())
    part = Part(candidate=_sum(last.candidate, candidate), stable=_sum(last.stable, stable))
    pods = {p.uid: p for p in block.stable_pods}
    for i in stable.by_pod:
        counted = _sum(pods.get(i.uid, Counted()), i)
        pods[i.uid] = PodCounted(uid=i.uid, **structs.asdict(counted))
    return replace(
        evidence,
        block=replace(block, looks=block.looks + 1, parts=(*before, part), stable_pods=tuple(pods.values())),
    )


def _sum(before: Counted, more: Increment | PodIncrement) -> Counted:
    return Counted(
        requests=before.requests + more.requests,
        errors=before.errors + more.errors,
        timed=before.timed + more.timed,
        slow=before.slow + more.slow,
    )
