package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// planFor gives a plan of fast GET requests on new connections.
func planFor(t *testing.T, address string) Plan {
	t.Helper()
	plan := Plan{URL: "http://" + address, Host: "shop.example", Paths: []string{"/"}, Rate: 200, Duration: time.Second}
	if err := plan.check(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// versioned is a server that answers with a version.
func versioned(t *testing.T, serve http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Version", "v1")
		serve(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// breaking is a server that answers the first request of each connection and breaks the connection at the second, which
// it has read. It counts the requests that it has read.
func breaking(t *testing.T) (address string, read *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	read = new(atomic.Int64)
	serve := func(conn net.Conn) {
		defer conn.Close()
		reader := bufio.NewReader(conn)
		for i := range 2 {
			if _, err := http.ReadRequest(reader); err != nil {
				return
			}
			read.Add(1)
			if i == 0 {
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nX-Version: v1\r\nContent-Length: 0\r\n\r\n")
			}
		}
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return listener.Addr().String(), read
}

func all(results <-chan Result) []Result {
	var ended []Result
	for r := range results {
		ended = append(ended, r)
	}
	return ended
}

func TestAnAnsweredRequestIsNotLost(t *testing.T) {
	server := versioned(t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		if r.Host != "shop.example" || r.Method == "POST" && string(sent) != body {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	wires := newWires(planFor(t, server.Listener.Addr().String()))
	for _, request := range []Request{{"GET", "/", false}, {"GET", "/", true}, {"POST", "/", false}, {"POST", "/", true}} {
		if got := wires.send(request); got.Lost() || got.Status != 200 || got.Version != "v1" {
			t.Errorf("%v: %+v", request, got)
		}
	}
}

func TestARequestWhoseConnectionBreaksIsLostAndIsNotSentAgain(t *testing.T) {
	address, read := breaking(t)
	wires := newWires(planFor(t, address))
	for i := range 6 {
		got := wires.send(Request{"GET", "/", true})
		if second := i%2 == 1; got.Lost() != second {
			t.Errorf("request %d: %+v", i, got)
		}
	}
	if read.Load() != 6 {
		t.Errorf("sent 6 requests, the server read %d", read.Load())
	}
}

// Without this the test above would prove nothing.
func TestGoOwnClientSendsAgainAndHidesTheLoss(t *testing.T) {
	address, read := breaking(t)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 2 {
		answer, err := client.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	if read.Load() != 3 {
		t.Errorf("asked twice, the server read %d requests", read.Load())
	}
}

func TestAConnectionThatTheServerClosedWhileIdleIsNotUsed(t *testing.T) {
	server := versioned(t, func(http.ResponseWriter, *http.Request) {})
	wires := newWires(planFor(t, server.Listener.Addr().String()))
	wires.send(Request{"GET", "/", true})
	server.CloseClientConnections()
	deadline := time.Now().Add(5 * time.Second)
	for !wires.kept[0].ended() {
		if time.Now().After(deadline) {
			t.Fatal("the closing was not seen")
		}
	}
	if got := wires.send(Request{"GET", "/", true}); got.Lost() {
		t.Errorf("%+v", got)
	}
}

func TestEveryKindOfLossIsSeenWithItsReason(t *testing.T) {
	refused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused.Close()
	cut := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			io.WriteString(conn, text)
			conn.Close()
		}
	}
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }))
	defer foreign.Close()
	address := func(serve http.HandlerFunc) string { return versioned(t, serve).Listener.Addr().String() }
	for why, target := range map[string]string{
		"connection refused":                  refused.Addr().String(),
		"connection reset by peer":            address(reset),
		"closed before the end of the answer": address(cut("HTTP/1.1 200 OK\r\nX-Version: v1\r\nContent-Length: 9\r\n\r\nhalf")),
		"the answer was not HTTP":             address(cut("what is this?\r\n\r\n")),
		"answered 503 without a version":      foreign.Listener.Addr().String(),
	} {
		if got := newWires(planFor(t, target)).send(Request{"GET", "/", false}); !got.Lost() || got.Why != why {
			t.Errorf("wanted %q, got %+v", why, got)
		}
	}
}

func TestTheRateIsHeldWhenTheServerIsSlow(t *testing.T) {
	server := versioned(t, func(http.ResponseWriter, *http.Request) { time.Sleep(400 * time.Millisecond) })
	began := time.Now()
	ended := all(run(context.Background(), planFor(t, server.Listener.Addr().String())))
	if len(ended) != 200 {
		t.Errorf("%d requests, not 200", len(ended))
	}
	// One after the other they would take 80 s.
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	for _, r := range ended {
		if r.Lost() || r.Ended.Sub(r.Started) < 400*time.Millisecond {
			t.Fatalf("%+v", r)
		}
	}
}

func TestWhatIsUnderWayAtTheEndIsWaitedFor(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	server := versioned(t, func(http.ResponseWriter, *http.Request) { arrived <- struct{}{}; <-answer })
	plan := planFor(t, server.Listener.Addr().String())
	plan.Rate, plan.Duration = 1, time.Hour
	ctx, stop := context.WithCancel(context.Background())
	results := run(ctx, plan)
	<-arrived
	stop()
	close(answer)
	if ended := all(results); len(ended) != 1 || ended[0].Lost() {
		t.Errorf("%+v", ended)
	}
}

func TestHalfOfTheRequestsAreOnConnectionsThatAreKept(t *testing.T) {
	connections := map[string]int{}
	server := versioned(t, func(_ http.ResponseWriter, r *http.Request) { connections[r.RemoteAddr]++ })
	plan := planFor(t, server.Listener.Addr().String())
	plan.KeepAliveRatio = 0.5
	wires := newWires(plan)
	for i := range 100 {
		wires.send(plan.request(i))
	}
	if len(connections) != 51 {
		t.Errorf("%d connections for 100 requests one after the other", len(connections))
	}
}
