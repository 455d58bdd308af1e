"""Fairlead is replaced by a newer version of itself while it releases: no pod of the application notices."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.cluster.images import operator
from dev.demo.install import install
from dev.demo.place import local
from tests.e2e.shop import Shop

#: A version that would render the same manifests under other names.
NEWER = {
    "__init__.py": ('__version__ = "', '__version__ = "9.'),
    "core/revision/render.py": (
        "suffix(digest(_content(self._rewired(m))))",
        'suffix(digest({"newer": _content(self._rewired(m))}))',
    ),
}


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Path]:
    """The source of a newer version. The node has the one of this working tree again in the end."""
    source = tmp_path / "fairlead"
    shutil.copytree(operator.SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in NEWER.items():
        text = (source / name).read_text()
        assert old in text, f"{name} has changed: say anew what a newer version does otherwise"
        (source / name).write_text(text.replace(old, new))
    yield source
    install(local())


def test_a_newer_version_takes_over_in_the_middle_and_restarts_no_pod(shop: Shop, load, newer: Path) -> None:
    v1, v2 = shop.version("v1"), shop.version("v2")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    client = load(shop.namespace.host, paths="/,/cart")
    shop.apply(v2)
    shop.wait(2, "Shifting", 5)
    at_5 = shop.snapshot()

    install(local(), newer)

    shop.wait(2, "Promoted", within_s=120)
    over = shop.snapshot()
    assert at_5.pods[v2.copy("front")] <= over.pods[v2.copy("front")], "a pod of the candidate was restarted"
    assert at_5.pods[v1.copy("cart")] == over.pods[v1.copy("cart")], "a workload that did not change was touched"
    assert over.deployments == {f"front-{v2.copy('front')}": 2, f"cart-{v1.copy('cart')}": 2}
    assert shop.release(3) == {}, "the upgrade began a release"
    assert client.stop().lost == 0
