import pytest

from fairlead.adapters.metrics.exposition import Sample, samples

NAMES = frozenset({"http_requests_total", "up"})


def read(text: str) -> list[Sample]:
    return list(samples(text.encode(), NAMES))


def test_a_sample_has_a_name_labels_and_a_value():
    assert read('http_requests_total{code="200",path="/a"} 12') == [
        Sample("http_requests_total", {"code": "200", "path": "/a"}, 12.0)
    ]


def test_only_what_is_asked_for_is_read():
    assert read("http_requests 1\nhttp_requests_total_more 1\ngo_threads 7\nup 1") == [Sample("up", {}, 1.0)]


def test_timestamps_exemplars_and_the_end_mark_of_openmetrics_are_passed_over():
    text = """\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200"} 3 1700000000000
http_requests_total{code="500"} 1.0 1700000000.1 # {trace_id="a}b"} 0.7 1700000000.0
# EOF
"""
    assert [s.value for s in read(text)] == [3.0, 1.0]


@pytest.mark.parametrize(
    ("label", "value"),
    [(r"a\"b", 'a"b'), (r"a\\b", "a\\b"), (r"a\nb", "a\nb"), ("a}b{c", "a}b{c"), ("a,b=c", "a,b=c"), ("ü", "ü")],
)
def test_labels_hold_any_character(label, value):
    assert read(f'http_requests_total{{path="{label}",code="200"}} 5') == [
        Sample("http_requests_total", {"path": value, "code": "200"}, 5.0)
    ]


@pytest.mark.parametrize(
    "odd", ["http_requests_total", "http_requests_total{", 'http_requests_total{a="b} 3', "http_requests_total x"]
)
def test_an_odd_line_says_nothing_about_the_others(odd):
    assert read(f"{odd}\nup 1\n") == [Sample("up", {}, 1.0)]


def test_spaces_windows_line_ends_and_a_last_comma_are_tolerated():
    assert read('up { a = "b", } 1\r\n') == [Sample("up", {"a": "b"}, 1.0)]
