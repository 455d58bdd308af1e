from msgspec import Struct

from fairlead.runtime.store import Store


class Meta(Struct, frozen=True):
    name: str
    resource_version: str
    namespace: str = "x"


class Thing(Struct, frozen=True):
    metadata: Meta
    colour: str = ""


def thing(name: str, version: int, colour: str = "") -> Thing:
    return Thing(Meta(name, str(version)), colour)


def store(*things: Thing, version: int = 10) -> Store[Thing]:
    made: Store[Thing] = Store({"colour": lambda t: (t.colour,)})
    made.listed(things, version)
    return made


def test_our_own_write_shows_at_once():
    known = store(thing("a", 5))
    written = thing("a", 11, "red")

    assert known.wrote(written) == [(thing("a", 5), written)]
    assert known.get("x", "a") is written
    assert known.by_index("colour", "red") == [written]


def test_what_the_watch_tells_later_of_before_our_write_changes_nothing():
    known = store(thing("a", 5))
    written = thing("a", 12, "red")
    known.wrote(written)

    assert known.told(thing("a", 11)) == []
    assert known.told(thing("a", 12, "red")) == []
    assert known.get("x", "a") is written


def test_what_the_watch_told_already_is_not_undone_by_the_late_answer_of_a_write():
    known = store(thing("a", 5))
    known.told(thing("a", 11))
    known.told(thing("a", 12), is_gone=True)

    assert known.wrote(thing("a", 11)) == []
    assert known.get("x", "a") is None


def test_the_end_of_an_older_object_does_not_take_the_newer_one_of_the_same_name():
    known = store(thing("a", 5))
    anew = thing("a", 15)
    known.wrote(anew)

    assert known.told(thing("a", 14), is_gone=True) == []
    assert known.get("x", "a") is anew


def test_a_list_takes_away_what_vanished():
    known = store(thing("a", 5), thing("b", 6))

    changes = known.listed([thing("a", 5), thing("c", 18)], 20)

    assert changes == [(thing("b", 6), None), (None, thing("c", 18))]
    assert [t.metadata.name for t in known] == ["a", "c"]


def test_a_list_from_before_our_write_does_not_take_it_away():
    known = store(thing("a", 5))
    made, changed = thing("b", 31), thing("a", 32)
    known.wrote(made)
    known.wrote(changed)

    assert known.listed([thing("a", 5)], 30) == []
    assert known.get("x", "b") is made
    assert known.get("x", "a") is changed


def test_after_a_restored_backup_only_the_list_counts():
    known = store(thing("a", 90), thing("b", 95), version=100)

    known.listed([thing("a", 40, "old")], 50)

    assert known.get("x", "a") == thing("a", 40, "old")
    assert known.get("x", "b") is None
    assert known.wrote(thing("a", 51, "new")) == [(thing("a", 40, "old"), thing("a", 51, "new"))]


def test_an_index_forgets_what_changed_and_what_is_gone():
    known = store(thing("a", 1, "red"), thing("b", 2, "red"), thing("c", 3, "blue"))

    known.told(thing("a", 11, "blue"))
    known.told(thing("b", 12), is_gone=True)

    assert known.by_index("colour", "red") == []
    assert [t.metadata.name for t in known.by_index("colour", "blue")] == ["a", "c"]
