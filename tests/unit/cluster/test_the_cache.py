"""What is built is kept, complete or not at all."""

import threading
import time

import pytest

from dev.cluster.cache import cache_folder, digest, kept


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_what_is_there_is_not_made_again():
    made = []

    for _ in range(2):
        kept("tool-1", lambda folder: made.append(folder))

    assert len(made) == 1


def test_a_build_that_broke_off_leaves_nothing_and_the_next_starts_afresh():
    def breaks(folder):
        (folder / "half").write_text("half")
        raise InterruptedError

    with pytest.raises(InterruptedError):
        kept("tool-1", breaks)
    assert not (cache_folder() / "tool-1").exists()

    folder = kept("tool-1", lambda folder: (folder / "whole").write_text("whole"))

    assert [path.name for path in folder.iterdir()] == ["whole"]


def test_two_who_ask_at_once_build_once():
    made = []
    begun, go_on = threading.Event(), threading.Event()

    def slow(folder):
        made.append(folder)
        begun.set()
        assert go_on.wait(timeout=10)

    first = threading.Thread(target=kept, args=("tool-1", slow))
    second = threading.Thread(target=kept, args=("tool-1", slow))
    first.start()
    assert begun.wait(timeout=10)
    second.start()
    go_on.set()
    deadline = time.monotonic() + 10
    for thread in (first, second):
        thread.join(timeout=deadline - time.monotonic())

    assert len(made) == 1


def test_a_digest_tells_apart_where_one_input_ends_and_the_next_begins():
    assert digest([b"ab", b"c"]) != digest([b"a", b"bc"])
