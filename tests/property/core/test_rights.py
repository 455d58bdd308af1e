"""Rights of two revisions at once, whatever they are."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairlead.core.release.rights import widened
from fairlead.core.revision.stored import StoredObject
from tests.unit.core.revision.parts import revision

rule = st.fixed_dictionaries(
    {"verbs": st.lists(st.sampled_from(("get", "list", "watch")), min_size=1, max_size=2, unique=True)},
    optional={"resources": st.just(["pods"]), "resourceNames": st.just(["one"])},
)


def role(rules: list[dict[str, Any]]) -> StoredObject:
    manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "front"},
        "rules": rules,
    }
    return revision(manifest).objects[0]


roles = st.lists(rule, max_size=4).map(role)


@given(roles, roles)
def test_both_revisions_have_all_of_their_rights_and_nobody_has_others(before: StoredObject, after: StoredObject):
    theirs, ours = before.manifest["rules"], after.manifest["rules"]
    both = widened(before, after).manifest["rules"]

    assert all(r in both for r in (*theirs, *ours))
    assert all(r in theirs or r in ours for r in both)


@given(roles, roles)
def test_widening_comes_to_rest(before: StoredObject, after: StoredObject):
    once = widened(before, after)

    assert widened(before, before).manifest == before.manifest
    assert widened(once, after).manifest == widened(before, once).manifest == once.manifest
