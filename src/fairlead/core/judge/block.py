"""Blocks of readings: what was counted in about a minute at one weight."""

from msgspec.structs import replace

from fairlead.api.release import Block, Counted, Evidence, PodCounted, TestState
from fairlead.core.judge.counting import Increment
from fairlead.core.judge.dispersion import with_spread

LOOKS = 120


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
    return next_block(spread) if block.candidate.requests else spread


def next_block(test: TestState) -> TestState:
    """Keep the evidence of the block that ends."""
    return replace(test, closed_milli=test.log_evidence_milli, blocks=test.blocks + 1)


def added(evidence: Evidence, candidate: Increment, stable: Increment) -> Evidence:
    """Add an interval to the block under way."""
    block = evidence.block
    pods = {p.uid: p for p in block.stable_pods}
    for i in stable.by_pod:
        p = pods.get(i.uid, Counted())
        pods[i.uid] = PodCounted(
            uid=i.uid,
            requests=p.requests + i.requests,
            errors=p.errors + i.errors,
            timed=p.timed + i.timed,
            slow=p.slow + i.slow,
        )
    return replace(
        evidence,
        block=replace(
            block,
            looks=block.looks + 1,
            candidate=_sum(block.candidate, candidate),
            stable=_sum(block.stable, stable),
            stable_pods=tuple(pods.values()),
        ),
    )


def _sum(before: Counted, more: Increment) -> Counted:
    return Counted(
        requests=before.requests + more.requests,
        errors=before.errors + more.errors,
        timed=before.timed + more.timed,
        slow=before.slow + more.slow,
    )
