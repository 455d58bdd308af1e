package main

import (
	"math"
	"slices"
	"time"
)

// Line is what is printed: an interval, or with Summary all of it.
type Line struct {
	Summary  bool               `json:"summary"`
	At       float64            `json:"at"` // Unix seconds
	Requests int                `json:"requests"`
	Lost     int                `json:"lost"`
	Bad      int                `json:"bad"` // answered with 500 or more
	Versions map[string]Version `json:"versions"`
	Why      map[string]int     `json:"why,omitempty"` // why requests were lost
}

// Version is what one version answered.
type Version struct {
	Requests int     `json:"requests"`
	Bad      int     `json:"bad"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
}

const (
	shortestMs = 0.1
	perDecade  = 40 // resolution of latencies: steps of 6 %
	steps      = 6 * perDecade
)

type tally struct {
	told      Line
	latencies map[string]*[steps]int
}

func newTally() *tally {
	return &tally{Line{Versions: map[string]Version{}, Why: map[string]int{}}, map[string]*[steps]int{}}
}

func (t *tally) add(r Result) {
	t.told.Requests++
	if r.Lost() {
		t.told.Lost++
		t.told.Why[r.Why]++
		return
	}
	v := t.told.Versions[r.Version]
	v.Requests++
	if r.Status >= 500 {
		v.Bad++
		t.told.Bad++
	}
	t.told.Versions[r.Version] = v
	if t.latencies[r.Version] == nil {
		t.latencies[r.Version] = new([steps]int)
	}
	ms := float64(r.Ended.Sub(r.Started)) / float64(time.Millisecond)
	step := int(math.Log10(max(ms, shortestMs)/shortestMs) * perDecade)
	t.latencies[r.Version][min(step, steps-1)]++
}

func (t *tally) quantile(version string, q float64) float64 {
	counts := t.latencies[version]
	wanted, seen := q*float64(t.told.Versions[version].Requests), 0.0
	step := slices.IndexFunc(counts[:], func(n int) bool { seen += float64(n); return seen >= wanted })
	return math.Round(shortestMs*math.Pow(10, float64(step+1)/perDecade)*100) / 100
}

func (t *tally) line(summary bool) Line {
	told := t.told
	told.Summary, told.At = summary, unix(time.Now())
	for version, v := range told.Versions {
		v.P50, v.P99 = t.quantile(version, 0.5), t.quantile(version, 0.99)
		told.Versions[version] = v
	}
	return told
}
