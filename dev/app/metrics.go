package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

var bounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

// metrics are request counts and durations in the Prometheus text format.
type metrics struct {
	mutex     sync.Mutex
	requests  map[string]int64
	durations map[string]*durations
}

type durations struct {
	buckets [11]int64 // one for each bound, and one for the rest
	sum     float64
}

func (m *metrics) count(path, method string, code int, took time.Duration) {
	labels := fmt.Sprintf(`method=%q,path=%q`, method, path)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.requests == nil {
		m.requests, m.durations = map[string]int64{}, map[string]*durations{}
	}
	m.requests[fmt.Sprintf(`code="%d",%s`, code, labels)]++
	d := m.durations[labels]
	if d == nil {
		d = &durations{}
		m.durations[labels] = d
	}
	i, _ := slices.BinarySearch(bounds, took.Seconds())
	d.buckets[i]++
	d.sum += took.Seconds()
}

func (m *metrics) write(w http.ResponseWriter, _ *http.Request) {
	var text strings.Builder
	m.mutex.Lock()
	text.WriteString("# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n")
	for _, labels := range sorted(m.requests) {
		fmt.Fprintf(&text, "http_requests_total{%s} %d\n", labels, m.requests[labels])
	}
	text.WriteString("# HELP http_request_duration_seconds Time to the answer.\n# TYPE http_request_duration_seconds histogram\n")
	for _, labels := range sorted(m.durations) {
		d, total := m.durations[labels], int64(0)
		for i, bound := range bounds {
			total += d.buckets[i]
			fmt.Fprintf(&text, "http_request_duration_seconds_bucket{%s,le=\"%g\"} %d\n", labels, bound, total)
		}
		total += d.buckets[len(bounds)]
		fmt.Fprintf(&text, "http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %d\n", labels, total)
		fmt.Fprintf(&text, "http_request_duration_seconds_sum{%s} %g\n", labels, d.sum)
		fmt.Fprintf(&text, "http_request_duration_seconds_count{%s} %d\n", labels, total)
	}
	m.mutex.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprint(w, text.String())
}

func sorted[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
