package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

type app struct {
	version, configFile string
	graceful            bool
	drain               time.Duration
	errorRatio          atomic.Uint64 // bits of a float64
	failAfter           int64
	served              atomic.Int64
	latency             atomic.Int64 // nanoseconds
	unready, draining   atomic.Bool
	metrics             metrics
}

func newApp(env func(string) string) *app {
	a := &app{version: env("VERSION"), configFile: env("CONFIG_FILE"), graceful: env("GRACEFUL") != "false"}
	a.drain = time.Duration(number(env("DRAIN_SECONDS"), 5) * float64(time.Second))
	a.failAfter = int64(number(env("ERROR_RATIO_AFTER_REQUESTS"), 0))
	a.latency.Store(int64(number(env("LATENCY_MS"), 0) * float64(time.Millisecond)))
	a.errorRatio.Store(math.Float64bits(number(env("ERROR_RATIO"), 0)))
	return a
}

func number(text string, otherwise float64) float64 {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return otherwise
}

// handler serves what a Service leads to.
func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", a.counted("/healthz", a.health))
	mux.HandleFunc("/metrics", a.counted("/metrics", a.metrics.write))
	mux.HandleFunc("/work", a.counted("/work", a.work))
	mux.HandleFunc("/", a.counted("/", a.answer))
	return mux
}

// admin serves what changes it while it runs.
func (a *app) admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /set", func(w http.ResponseWriter, r *http.Request) {
		a.errorRatio.Store(math.Float64bits(number(r.FormValue("error_ratio"), math.Float64frombits(a.errorRatio.Load()))))
		latency := number(r.FormValue("latency_ms"), float64(a.latency.Load())/float64(time.Millisecond))
		a.latency.Store(int64(latency * float64(time.Millisecond)))
		if ready, err := strconv.ParseBool(r.FormValue("ready")); err == nil {
			a.unready.Store(!ready)
		}
	})
	mux.HandleFunc("POST /crash", func(http.ResponseWriter, *http.Request) { os.Exit(1) })
	return mux
}

func (a *app) health(w http.ResponseWriter, _ *http.Request) {
	if a.unready.Load() || a.draining.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// work lasts ms milliseconds, 5000 at most.
func (a *app) work(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Duration(min(number(r.FormValue("ms"), 0), 5000) * float64(time.Millisecond)))
	a.answer(w, r)
}

func (a *app) answer(w http.ResponseWriter, r *http.Request) {
	n, _ := io.Copy(io.Discard, r.Body)
	time.Sleep(time.Duration(a.latency.Load()))
	if a.served.Add(1) > a.failAfter && rand.Float64() < math.Float64frombits(a.errorRatio.Load()) {
		http.Error(w, "asked to fail", http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(w, "%s read %d bytes\n", a.version, n)
}

// counted says the version in every answer, and counts it under one of few paths.
func (a *app) counted(path string, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Version", a.version)
		w.Header().Set("X-Config", a.config())
		if a.draining.Load() {
			w.Header().Set("Connection", "close")
		}
		began, seen := time.Now(), &recorder{ResponseWriter: w, code: http.StatusOK}
		serve(seen, r)
		a.metrics.count(path, r.Method, seen.code, time.Since(began))
	}
}

func (a *app) config() string {
	file, err := os.Open(a.configFile)
	if err != nil {
		return ""
	}
	defer file.Close()
	line, _ := bufio.NewReader(file).ReadString('\n')
	return strings.TrimSpace(line)
}

type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}
