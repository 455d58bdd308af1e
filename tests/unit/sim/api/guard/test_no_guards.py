"""A server that guards nothing: everybody is the administrator."""

import random

from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types
from tests.unit.sim.api.guard.server import CONFIG_MAPS, NOW_S, request, told

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def test_everybody_may_do_everything_and_a_question_for_rights_is_refused_in_words() -> None:
    made = Server(now_s=lambda: NOW_S, rng=random.Random(1), types=Types())
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods"}}}

    assert made.answer(request("GET", CONFIG_MAPS, user=None)).status == 200
    answer = made.answer(request("POST", REVIEWS, review, user=None))

    assert (answer.status, told(answer)["reason"]) == (501, "NotImplemented")
    assert "SelfSubjectAccessReview needs guards" in told(answer)["message"]
