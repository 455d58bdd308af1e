"""Managers of the scale subresource."""

from typing import Any

from fairlead.sim.api.apply.scale import to_parent, to_scale
from fairlead.sim.api.apply.version import no_versions
from tests.unit.sim.api.apply.kinds import KIND, NOW, World

SCALE: dict[str, Any] = {"f:spec": {"f:replicas": {}}}


def entry(manager, subresource="scale"):
    return {
        "manager": manager,
        "operation": "Update",
        "apiVersion": "autoscaling/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": SCALE,
        "subresource": subresource,
    }


def test_the_scale_shows_who_owns_the_replicas():
    world = World()
    world.apply("one", replicas=1, text="x")
    world.apply("two", set=["a"])
    [shown] = to_scale(world.entries(), KIND, no_versions)
    assert (shown["manager"], shown["apiVersion"], shown["fieldsV1"], shown["time"]) == (
        "one",
        "autoscaling/v1",
        SCALE,
        NOW,
    )


def test_who_scales_takes_the_replicas_and_nothing_else():
    world = World()
    world.apply("one", replicas=1, text="x")
    taken, scaling = to_parent(world.entries(), [entry("two")], KIND, no_versions)
    assert taken["fieldsV1"] == {"f:spec": {"f:text": {}}}
    assert scaling == entry("two") | {"apiVersion": "example.com/v1"}


def test_who_still_owns_the_scale_keeps_what_it_had():
    world = World()
    world.apply("one", replicas=1, text="x")
    shown = to_scale(world.entries(), KIND, no_versions)
    assert to_parent(world.entries(), shown, KIND, no_versions) == world.entries()
