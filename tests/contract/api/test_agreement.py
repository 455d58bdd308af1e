"""Sequences of writes that nobody thought of: both servers must agree at every step."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cluster import control_plane
from tests.contract.api.agreement import kinds
from tests.contract.api.agreement.sequence import Sequence
from tests.contract.api.agreement.steady import Clock, Steady
from tests.contract.api.agreement.subjects import SUBJECTS
from tests.contract.api.both import Both
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated


@pytest.fixture(scope="module")
def known():
    """A server that knows the custom resources of the sequences, an API in memory that does too, and its clock.

    Both are their own: no other case knows these kinds.
    """
    with control_plane("agreement") as kubeconfig:
        clock = Clock()
        servers = Real(kubeconfig), Simulated(clock.now_s)
        kinds.install(Both(*servers).enter())
        yield *servers, clock
        servers[0].close()


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=lambda subject: subject.kind)
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    # The steps are told with the difference; making them fewer takes minutes.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(rng=st.randoms(use_true_random=False))
def test_both_servers_agree_on_every_step_of_a_sequence(known, subject, rng):
    both = Steady(*known)
    both.enter()
    Sequence(both, subject, rng).run()
