"""Sequences of writes that nobody thought of: both servers must agree at every step."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contract.api.agreement import kinds, sequence
from tests.contract.api.agreement.steady import Steady
from tests.contract.api.agreement.subjects import CONFIG_MAP, SUBJECTS
from tests.contract.api.both import Both


@pytest.fixture(scope="module")
def known(servers):
    """Both know the custom resources of the sequences."""
    both = Both(*servers).enter()
    kinds.install(both)
    return servers


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
    both = (Both if subject is CONFIG_MAP else Steady)(*known).enter()
    sequence.run(both, subject, rng)
