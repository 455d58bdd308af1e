"""Who asks, where no certificate says it; and the roles of a new cluster."""

from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.user import User
from tests.unit.sim.api.guard.server import CONFIG_MAPS, request, server, told

ALICE = User(name="alice")


def test_a_token_names_its_holder() -> None:
    made = server(tokens={"secret": ALICE})
    asked = request("GET", CONFIG_MAPS, user=None, authorization="Bearer secret")
    answer = made.answer(asked)
    assert answer.status == 403
    assert 'User "alice"' in told(answer)["message"]


def test_a_token_that_nobody_knows_is_refused_everywhere() -> None:
    made = server()
    answer = made.answer(request("GET", "/healthz", user=None, authorization="Bearer bad"))
    assert (answer.status, told(answer)["message"]) == (401, "Unauthorized")


def test_who_shows_nothing_is_anonymous() -> None:
    made = server()
    assert made.answer(request("GET", "/healthz", user=None)).status == 200
    answer = made.answer(request("GET", CONFIG_MAPS, user=None))
    assert 'User "system:anonymous"' in told(answer)["message"]


def test_aggregated_roles_are_filled_by_their_controller() -> None:
    made = server(tokens={"secret": ALICE})
    subject = {"kind": "User", "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}
    ref = {"kind": "ClusterRole", "name": "edit", "apiGroup": "rbac.authorization.k8s.io"}
    binding = {"metadata": {"name": "b"}, "roleRef": ref, "subjects": [subject]}
    path = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings"
    assert made.answer(request("POST", path, binding)).status == 201
    asked = request("POST", CONFIG_MAPS, {"metadata": {"name": "a"}}, user=None, authorization="Bearer secret")
    assert made.answer(asked).status == 403
    bootstrap.aggregate(made.state)
    assert made.answer(asked).status == 201
