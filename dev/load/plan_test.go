package main

import (
	"strings"
	"testing"
	"time"
)

func TestLoadIsSentToThisMachineAndTheLocalClusterOnly(t *testing.T) {
	for target, allowed := range map[string]bool{
		"http://127.0.0.1:8080":       true,
		"http://localhost":            true,
		"http://[::1]:8080":           true,
		"http://10.250.0.1:30800":     true,
		"http://10.244.3.7:8080":      true,
		"http://10.96.0.80":           true,
		"http://10.250.1.1":           false,
		"http://10.0.0.1":             false,
		"http://192.0.2.1":            false,
		"http://[::ffff:192.0.2.1]":   false,
		"http://127.0.0.1.nip.io":     false,
		"http://example.com":          false,
		"http://10.250.0.1@192.0.2.1": false,
		"https://127.0.0.1":           false,
		"":                            false,
	} {
		plan := Plan{URL: target, Rate: 1, Duration: time.Second}
		if err := plan.check(); (err == nil) != allowed {
			t.Errorf("%s: allowed should be %t: %v", target, allowed, err)
		}
	}
}

func TestAPlanWithoutBoundsIsRefused(t *testing.T) {
	for _, plan := range []Plan{
		{Rate: 0, Duration: time.Second},
		{Rate: 5001, Duration: time.Second},
		{Rate: 1, Duration: 0},
		{Rate: 1, Duration: 3 * time.Hour},
		{Rate: 1, Duration: time.Second, SlowRatio: 1.1},
		{Rate: 1, Duration: time.Second, KeepAliveRatio: -0.1},
	} {
		plan.URL = "http://127.0.0.1"
		if plan.check() == nil {
			t.Errorf("%+v is not refused", plan)
		}
	}
}

func TestTheMixIsExactAndEvenlySpread(t *testing.T) {
	plan := Plan{Paths: []string{"/", "/cart"}, KeepAliveRatio: 0.5, PostRatio: 0.2, SlowRatio: 0.1}
	kept, posts, slow, slowAndPost, slowAndKept, cart := 0, 0, 0, 0, 0, 0
	const requests = 600
	for i := range requests {
		r := plan.request(i)
		isSlow, isPost := strings.Contains(r.Path, "/work?ms="), r.Method == "POST"
		kept += count(r.KeepAlive)
		posts += count(isPost)
		slow += count(isSlow)
		cart += count(strings.HasPrefix(r.Path, "/cart/"))
		slowAndPost += count(isSlow && isPost)
		slowAndKept += count(isSlow && r.KeepAlive)
	}
	if kept != requests/2 || posts != requests/5 || slow != requests/10 || cart != requests/2 {
		t.Errorf("of %d: %d kept, %d posts, %d slow, %d to the cart", requests, kept, posts, slow, cart)
	}
	if slowAndPost == 0 || slowAndKept == 0 || slowAndKept == slow {
		t.Errorf("of %d slow: %d posts, %d kept", slow, slowAndPost, slowAndKept)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
