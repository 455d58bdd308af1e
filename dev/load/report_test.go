package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func reported(t *testing.T, events string, ended ...Result) []Line {
	t.Helper()
	results := make(chan Result, len(ended))
	for _, r := range ended {
		results <- r
	}
	close(results)
	var printed bytes.Buffer
	if err := report(results, time.Hour, events, &printed); err != nil {
		t.Fatal(err)
	}
	var lines []Line
	for decoder := json.NewDecoder(&printed); decoder.More(); {
		var line Line
		if err := decoder.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func lasting(took time.Duration, status int, version string) Result {
	began := time.Unix(1_700_000_000, 0)
	return Result{Started: began, Ended: began.Add(took), Status: status, Version: version}
}

func TestTheSummaryCountsEachVersionAndWhatIsLostByItsReason(t *testing.T) {
	lines := reported(t, "",
		lasting(10*time.Millisecond, 200, "v1"),
		lasting(10*time.Millisecond, 404, "v1"),
		lasting(20*time.Millisecond, 500, "v2"),
		Result{Status: 503, Why: "answered 503 without a version"},
		Result{Why: "connection refused"},
		Result{Why: "connection refused"},
	)
	got := lines[len(lines)-1]
	if !got.Summary || got.Requests != 6 || got.Lost != 3 || got.Bad != 1 {
		t.Errorf("%+v", got)
	}
	if got.Versions["v1"].Requests != 2 || got.Versions["v1"].Bad != 0 || got.Versions["v2"].Bad != 1 {
		t.Errorf("%+v", got.Versions)
	}
	if got.Why["connection refused"] != 2 || got.Why["answered 503 without a version"] != 1 {
		t.Errorf("%+v", got.Why)
	}
}

func TestTheLinesBeforeTheSummaryAddUpToIt(t *testing.T) {
	lines := reported(t, "", lasting(time.Millisecond, 200, "v1"), Result{Why: "connection refused"})
	sum := 0
	for _, line := range lines[:len(lines)-1] {
		sum += line.Requests
	}
	if summary := lines[len(lines)-1]; sum != 2 || summary.Requests != 2 {
		t.Errorf("%d in lines, %+v", sum, summary)
	}
}

func TestLatenciesAreRightToSixPercent(t *testing.T) {
	var ended []Result
	for i := range 100 {
		ended = append(ended, lasting(time.Duration(i+1)*10*time.Millisecond, 200, "v1"))
	}
	lines := reported(t, "", ended...)
	got := lines[len(lines)-1].Versions["v1"]
	if got.P50 < 500 || got.P50 > 530 || got.P99 < 990 || got.P99 > 1050 {
		t.Errorf("%+v", got)
	}
}

func TestEveryRequestIsALineOfTheEvents(t *testing.T) {
	events := filepath.Join(t.TempDir(), "events")
	lost := lasting(time.Second, 0, "")
	reported(t, events, lasting(1500*time.Microsecond, 200, "v1"), lost)
	text, err := os.ReadFile(events)
	if err != nil {
		t.Fatal(err)
	}
	wanted := "1700000000.000000 1700000000.001500 200 v1 ok\n1700000000.000000 1700000001.000000 0 - lost\n"
	if string(text) != wanted {
		t.Errorf("%s", strings.TrimSpace(string(text)))
	}
}
