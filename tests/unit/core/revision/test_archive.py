"""Revisions packed for storage come back as they were."""

import base64
import random

import pytest

from fairlead.core.revision.archive import pack, unpack
from tests.unit.core.release.shop import shop
from tests.unit.core.revision.parts import config, revision

#: What a Secret may hold.
SECRET_BYTES = 1024 * 1024


def large():
    incompressible = random.Random(1).randbytes(900_000).hex()
    return revision(config("large", blob=incompressible))


def test_a_revision_comes_back_as_it_was():
    assert unpack(pack(shop())) == shop()


def test_it_is_packed_in_the_same_bytes_each_time():
    assert pack(shop()) == pack(unpack(pack(shop())))


def test_a_large_revision_is_cut_into_chunks_that_a_secret_can_hold():
    chunks = pack(large())

    assert len(chunks) > 1
    assert all(len(base64.b64decode(c)) < SECRET_BYTES for c in chunks)
    assert unpack(chunks) == large()


@pytest.mark.parametrize("broken", [[], ["AAAA"], pack(large())[:1], list(reversed(pack(large()))), ["not base64"]])
def test_what_is_not_whole_is_not_believed(broken: list[str]):
    with pytest.raises(ValueError, match="not readable"):
        unpack(broken)
