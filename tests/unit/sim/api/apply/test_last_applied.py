"""From kubectl's own apply to the server's."""

import json

import pytest

from fairlead.sim.api.apply.last_applied import ANNOTATION
from fairlead.sim.api.failure import Failure
from tests.unit.sim.api.apply.kinds import World, configured


def applied_by_kubectl(**spec) -> World:
    world = World()
    new = configured(**spec)
    new["metadata"]["annotations"] = {ANNOTATION: json.dumps(new)}
    world.update("kubectl-client-side-apply", new)
    return world


def test_kubectl_takes_over_what_it_had_applied_by_itself():
    world = applied_by_kubectl(text="x", replicas=1)
    world.apply("kubectl", text="y", replicas=2)
    assert world.fields("kubectl")["f:spec"] == {"f:text": {}, "f:replicas": {}}


def test_nobody_else_does():
    world = applied_by_kubectl(text="x")
    with pytest.raises(Failure, match="Apply failed with 1 conflict"):
        world.apply("another", text="y")


def test_kubectl_does_not_take_what_has_been_changed_since():
    world = applied_by_kubectl(text="x", replicas=1)
    world.update("someone", text="x", replicas=7)
    with pytest.raises(Failure, match=r'conflict with "someone" using example.com/v1: .spec.replicas') as failure:
        world.apply("kubectl", text="y", replicas=2)
    assert len(failure.value.details["causes"]) == 1


def test_the_annotation_follows_what_is_applied():
    world = applied_by_kubectl(text="x")
    world.apply("kubectl", text="<y>", labels={"a": "b"})
    assert world.live["metadata"]["annotations"][ANNOTATION] == (
        '{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"labels":{"a":"b"},"name":"a"},'
        '"spec":{"text":"\\u003cy\\u003e"}}\n'
    )
