"""What the client's record says of a release."""

from dev.demo.events import Request, account, parse

RECORD = """\
100.000000 100.002000 200 v2 ok
101.000000 101.002000 200 v3 ok
102.000000 104.500000 500 v3 ok
103.000000 103.002000 500 v3 ok
105.000000 105.001000 200 v3 ok
106.000000 106.001000 200 v2 ok
107.000000 107.001000 0 - lost
108.0000"""


def test_a_line_that_is_not_whole_yet_is_left_for_later():
    assert [r.started_s for r in parse(RECORD)][-1] == 107.0


def test_requests_are_counted_by_their_fate():
    seen = account(parse(RECORD), "v3")

    assert (seen.requests, seen.lost, seen.bad) == (7, 1, 2)


def test_the_way_back_is_from_the_first_bad_answer_to_the_last_request_that_the_candidate_got():
    seen = account(parse(RECORD), "v3")

    assert seen.bad_seen_at == 103.002
    assert seen.traffic_back_at == 105.0
    assert seen.after_back == 2


def test_without_a_bad_answer_there_is_no_way_back():
    seen = account([Request(1.0, 1.1, 200, "v2")], "v2")

    assert seen.traffic_back_at is None
    assert seen.breach_to_back_s is None


def test_a_candidate_that_got_nothing_more_was_back_at_once():
    seen = account([Request(1.0, 3.0, 500, "v3"), Request(2.0, 2.1, 200, "v2")], "v3")

    assert seen.breach_to_back_s == 0
