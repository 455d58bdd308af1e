import pytest

from fairlead.adapters.metrics.families import Scraped, read

PROBES = frozenset({"/healthz", "/metrics"})


def text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def scraped(*lines: str, excluded: frozenset[str] = PROBES) -> Scraped:
    found = read(text(*lines), excluded)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "lines",
    [
        ['http_requests_total{code="200",method="GET"} 9', 'http_requests_total{code="503",method="GET"} 1'],
        ['http_requests_total{status="2xx",handler="/a"} 9', 'http_requests_total{status="5xx",handler="/a"} 1'],
        [
            'http_server_requests_seconds_count{status="200",uri="/a"} 9',
            'http_server_requests_seconds_count{status="500"} 1',
        ],
        [
            'http_server_request_duration_seconds_count{http_response_status_code="200",http_route="/a"} 9',
            'http_server_request_duration_seconds_count{http_response_status_code="502",http_route="/a"} 1',
        ],
        [
            'grpc_server_handled_total{grpc_code="OK"} 8',
            'grpc_server_handled_total{grpc_code="NotFound"} 1',
            'grpc_server_handled_total{grpc_code="Unavailable"} 1',
        ],
        [
            'istio_requests_total{reporter="destination",response_code="200"} 9',
            'istio_requests_total{reporter="destination",response_code="500"} 1',
            'istio_requests_total{reporter="source",response_code="500"} 70',
        ],
    ],
)
def test_the_usual_counters_are_known(lines):
    found = scraped(*lines)

    assert (found.requests, found.errors) == (10, 1)
    assert lines[0].startswith(found.family)


def test_a_counter_that_tells_errors_comes_before_one_that_does_not():
    found = scraped("http_requests_total 500", 'http_request_duration_seconds_count{status="500"} 3')

    assert (found.family, found.requests, found.errors) == ("http_request_duration_seconds_count", 3, 3)


def test_a_counter_without_codes_is_better_than_none():
    assert scraped("http_requests_total 500").requests == 500


@pytest.mark.parametrize("label", ["path", "route", "handler", "uri", "endpoint", "http_route"])
def test_probes_and_scrapes_are_left_out_by_their_path(label):
    found = scraped(
        f'http_requests_total{{code="200",{label}="/healthz"}} 70',
        f'http_requests_total{{code="200",{label}="/metrics"}} 500',
        f'http_requests_total{{code="200",{label}="/shop"}} 10',
    )

    assert found.requests == 10


def test_an_application_that_was_only_probed_has_no_requests_yet_but_has_metrics():
    found = scraped('http_requests_total{code="200",path="/healthz"} 3', "http_requests_total_created 1")

    assert (found.requests, found.errors, found.family) == (0, 0, "http_requests_total")


def test_a_pod_keeps_its_counter_when_traffic_begins():
    before = [
        'http_requests_total{code="200",path="/healthz"} 3',
        'http_request_duration_seconds_count{status="200"} 3',
    ]

    assert scraped(*before).family == scraped(*before, 'http_requests_total{code="200",path="/"} 1').family


def test_the_histogram_is_added_up_over_its_series_without_the_probes():
    found = scraped(
        'http_requests_total{code="200",path="/a"} 5',
        'http_request_duration_seconds_bucket{path="/a",le="0.1"} 3',
        'http_request_duration_seconds_bucket{path="/a",le="+Inf"} 4',
        'http_request_duration_seconds_bucket{path="/b",le="0.1"} 1',
        'http_request_duration_seconds_bucket{path="/b",le="+Inf"} 1',
        'http_request_duration_seconds_bucket{path="/healthz",le="0.1"} 90',
        'http_request_duration_seconds_bucket{path="/healthz",le="+Inf"} 90',
    )

    assert found.buckets == {0.1: 4, float("inf"): 5}


def test_milliseconds_are_told_from_seconds():
    found = scraped(
        'http_server_duration_milliseconds_count{http_status_code="200"} 2',
        'http_server_duration_milliseconds_bucket{le="250"} 1',
        'http_server_duration_milliseconds_bucket{le="+Inf"} 2',
    )

    assert found.buckets == {0.25: 1, float("inf"): 2}


def test_a_value_that_is_no_number_is_no_count():
    assert scraped('http_requests_total{code="200"} NaN', 'http_requests_total{code="200",path="/a"} 2').requests == 2


def test_metrics_without_a_counter_of_requests_are_none():
    assert read(text("go_goroutines 7", "process_cpu_seconds_total 1"), PROBES) is None
