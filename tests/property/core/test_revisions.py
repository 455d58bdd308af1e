"""Revisions, whatever the manifests are."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairlead.core.revision.archive import pack, unpack
from fairlead.core.revision.references import references
from fairlead.core.revision.render import render
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.revision.parts import Manifest, budget, config, deployment, route, service

NAMES = ("front", "cart", "settings", "s" * 63)
name = st.sampled_from(NAMES)


@st.composite
def readers(draw: st.DrawFn) -> Manifest:
    """A Deployment that refers to whatever it likes, by every kind of reference, and sometimes just says a name."""
    container = {
        "env": [
            {"name": "A", "valueFrom": {"secretKeyRef": {"name": draw(name), "key": "k"}}},
            {"name": "B", "value": draw(st.sampled_from(("x", *NAMES)))},
        ],
        "envFrom": [{"configMapRef": {"name": n}} for n in draw(st.lists(name, max_size=2))],
        "image": f"registry.example/app:{draw(st.integers(1, 2))}",
    }
    volumes = [{"name": "v", "projected": {"sources": [{"secret": {"name": draw(name)}}]}}]
    return deployment(draw(name), pod={"volumes": volumes}, container=container, replicas=draw(st.integers(0, 3)))


def configurations() -> st.SearchStrategy[Manifest]:
    return st.builds(
        lambda n, kind, value: config(n, kind, key=value), name, st.sampled_from(("ConfigMap", "Secret")), st.text()
    )


@st.composite
def components(draw: st.DrawFn) -> list[Manifest]:
    def key(m: Manifest) -> tuple[str, str]:
        return (m["kind"], m["metadata"]["name"])

    workloads = draw(st.lists(readers(), min_size=1, max_size=3, unique_by=key))
    around = [
        make(m["metadata"]["name"])
        for m in workloads
        for make in (service, lambda n: budget(n, n), lambda n: route(n, {"name": n, "port": 80}))
        if draw(st.booleans())
    ]
    return workloads + around + draw(st.lists(configurations(), max_size=5, unique_by=key))


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same value with the keys of its objects in another order."""
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {k: shuffled(value[k], rng) for k in keys}
    return [shuffled(v, rng) for v in value] if isinstance(value, list) else value


def revision(manifests: list[Manifest]) -> StoredRevision:
    made = render(manifests, component="shop", namespace="shop")
    assert made.revision is not None, [str(r) for r in made.refused]
    return made.revision


@given(components(), st.integers(0, 2**32))
def test_the_same_inputs_in_another_order_are_the_same_revision(manifests: list[Manifest], seed: int):
    rng = random.Random(seed)
    other = shuffled(rng.sample(manifests, len(manifests)), rng)

    assert pack(revision(other)) == pack(revision(manifests))


@given(components())
def test_no_reference_dangles(manifests: list[Manifest]):
    made = revision(manifests)
    applied = {(o.kind, o.name) for o in made.objects}
    from_elsewhere = {(kind, n) for kind in ("ConfigMap", "Secret") for n in NAMES} - {
        (o.kind, o.source_name) for o in made.objects
    }

    for o in made.objects:
        assert {(r.kind, r.name) for r in references(o.manifest)} <= applied | from_elsewhere


@given(components())
def test_a_name_that_a_program_is_told_is_a_name_that_exists(manifests: list[Manifest]):
    made = revision(manifests)
    renamed = {o.source_name for o in made.objects if o.kind in ("ConfigMap", "Secret") and o.role == "Copy"}

    for o in made.objects:
        if o.kind == "Deployment":
            told = o.manifest["spec"]["template"]["spec"]["containers"][0]["env"][1]["value"]
            assert told not in renamed


@given(components())
def test_names_are_unique_and_fit(manifests: list[Manifest]):
    objects = revision(manifests).objects

    assert len({o.key for o in objects}) == len(objects)
    assert all(len(o.name) <= 63 for o in objects)


@given(components(), components())
def test_two_objects_of_one_name_in_two_revisions_have_the_same_content(one: list[Manifest], two: list[Manifest]):
    """What revisions share is never changed by the other: only disruption budgets follow their pods by name."""
    seen: dict[tuple[str, str, str], str] = {}
    for o in (*revision(one).objects, *revision(two).objects):
        if o.role == "Copy" and o.kind != "PodDisruptionBudget":
            assert seen.setdefault(o.key, o.digest) == o.digest


@given(components(), st.data())
def test_changing_one_workload_renames_that_one_alone(manifests: list[Manifest], data: st.DataObject):
    changed = data.draw(st.sampled_from([m for m in manifests if m["kind"] == "Deployment"]))
    labelled = {**changed, "metadata": {**changed["metadata"], "labels": {"new": "yes"}}}
    after = revision([labelled if m is changed else m for m in manifests])

    before = {(o.kind, o.source_name): o.name for o in revision(manifests).objects}
    renamed = {(o.kind, o.source_name) for o in after.objects if o.name != before[o.kind, o.source_name]}

    workload = changed["metadata"]["name"]
    assert ("Deployment", workload) in renamed
    assert renamed <= {("Deployment", workload), ("PodDisruptionBudget", workload)}


@given(components())
def test_what_is_stored_comes_back(manifests: list[Manifest]):
    assert unpack(pack(revision(manifests))) == revision(manifests)


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = st.sampled_from(("kind", "apiVersion", "metadata", "name", "spec", "items", "Deployment")) | st.text()
    return st.lists(children, max_size=3) | st.dictionaries(keys, children, max_size=5)


@given(st.lists(st.recursive(leaves, nested), max_size=3))
def test_whatever_is_written_is_answered(manifests: list[Any]):
    written = [m if isinstance(m, dict) else {"kind": m} for m in manifests]

    made = render(written, component="shop", namespace="shop")

    assert (made.revision is None) == bool(made.refused)
