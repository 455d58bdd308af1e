"""Manifests of other projects, where they are at hand: each is rendered whole, or refused with reasons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fairlead.core.revision.references import references
from fairlead.core.revision.render import render
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.revision.parts import Manifest

DATA = Path(__file__).parents[5] / "shared" / "data"
FILES = sorted(f for folder in ("mesh", "diff") for f in (DATA / folder).rglob("*.y*ml"))
pytestmark = pytest.mark.skipif(not FILES, reason="no manifests of other projects beside the repository")


class _Loader(yaml.CSafeLoader):
    """Reads YAML as Kubernetes does: times stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":value"))]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def components() -> Iterator[tuple[Path, list[Manifest]]]:
    """The objects of each file, as manifests of one Component."""
    for file in FILES:
        documents: list[Any] = list(yaml.load_all(file.read_text(), _Loader))
        yield file, [d for d in documents if isinstance(d, dict)]


def accepted(manifests: list[Manifest]) -> tuple[StoredRevision, int]:
    """Render what is left when everything that is refused is taken out; and how much that was."""
    left = list(manifests)
    while True:
        made = render(left, component="shop", namespace="shop")
        if made.revision is not None:
            return made.revision, len(manifests) - len(left)
        wrong = {int(r.path.removeprefix("spec.source.inline[").split("]")[0]) for r in made.refused}
        assert wrong
        left = [m for i, m in enumerate(left) if i not in wrong]


def test_whatever_can_be_released_is_whole():
    rendered = copies = 0
    for file, manifests in components():
        for m in manifests:
            if isinstance(m.get("metadata"), dict):
                m["metadata"].pop("namespace", None)
        revision, _ = accepted(manifests)
        sources = {(o.kind, o.source_name) for o in revision.objects if o.role == "Copy"}
        for o in revision.objects:
            dangling = {(r.kind, r.name) for r in references(o.manifest)} & sources
            assert not dangling, (file, o, dangling)
        rendered += len(revision.objects)
        copies += sum(o.role == "Copy" for o in revision.objects)
    assert rendered > 500
    assert copies > 40


def test_whatever_is_refused_is_refused_with_a_path_a_reason_and_a_way_out():
    for _, manifests in components():
        for refused in render(manifests, component="shop", namespace="shop").refused:
            assert refused.path.startswith("spec.source.inline[")
            assert refused.why
            assert refused.way_out
