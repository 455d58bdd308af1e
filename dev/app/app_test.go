package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func appWith(env map[string]string) *app {
	return newApp(func(name string) string { return env[name] })
}

func ask(serve http.Handler, method, path, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	serve.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer
}

func TestEveryAnswerSaysTheVersion(t *testing.T) {
	app := appWith(map[string]string{"VERSION": "v7", "ERROR_RATIO": "1"})
	for path, code := range map[string]int{"/": 500, "/work": 500, "/healthz": 200, "/metrics": 200} {
		if got := ask(app.handler(), "GET", path, ""); got.Code != code || got.Header().Get("X-Version") != "v7" {
			t.Errorf("%s: %d %v", path, got.Code, got.Header())
		}
	}
}

func TestAPostIsToldHowMuchWasRead(t *testing.T) {
	if got := ask(appWith(nil).handler(), "POST", "/", "twelve bytes"); !strings.Contains(got.Body.String(), "read 12 bytes") {
		t.Error(got.Body)
	}
}

func TestItBeginsToFailOnlyAfterItHasServed(t *testing.T) {
	serve := appWith(map[string]string{"ERROR_RATIO": "1", "ERROR_RATIO_AFTER_REQUESTS": "3"}).handler()
	for i := range 5 {
		ask(serve, "GET", "/healthz", "") // a probe is not traffic
		if got := ask(serve, "GET", "/", ""); (got.Code == 500) != (i >= 3) {
			t.Errorf("request %d: %d", i+1, got.Code)
		}
	}
}

func TestItFailsAboutAsOftenAsItIsToldTo(t *testing.T) {
	app := appWith(nil)
	ask(app.admin(), "POST", "/set?error_ratio=0.05", "")
	serve, failed := app.handler(), 0
	const requests = 10_000
	for range requests {
		if ask(serve, "GET", "/", "").Code == 500 {
			failed++
		}
	}
	// 500 are expected, with a standard deviation of 22.
	if failed < 350 || failed > 650 {
		t.Errorf("%d of %d failed", failed, requests)
	}
}

func TestItIsChangedOnTheAdminPortOnly(t *testing.T) {
	app := appWith(nil)
	ask(app.handler(), "POST", "/set?ready=false&error_ratio=1", "")
	if ask(app.handler(), "GET", "/healthz", "").Code != 200 || ask(app.handler(), "GET", "/", "").Code != 200 {
		t.Error("changed by a request of a user")
	}
	ask(app.admin(), "POST", "/set?ready=false", "")
	if ask(app.handler(), "GET", "/healthz", "").Code != 503 || ask(app.handler(), "GET", "/", "").Code != 200 {
		t.Error("unready is not the same as failing")
	}
	ask(app.admin(), "POST", "/set?ready=true&latency_ms=60", "")
	began := time.Now()
	ask(app.handler(), "GET", "/", "")
	if ask(app.handler(), "GET", "/healthz", "").Code != 200 || time.Since(began) < 60*time.Millisecond {
		t.Error("not ready again, or not slower")
	}
}

func TestWorkLastsAsLongAsAskedFor(t *testing.T) {
	began := time.Now()
	ask(appWith(nil).handler(), "GET", "/work?ms=50", "")
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Error(took)
	}
}

func TestItTellsWhichConfigurationItReads(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	app := appWith(map[string]string{"CONFIG_FILE": file})
	for written, told := range map[string]string{"blue\nmore\n": "blue", "green": "green"} {
		if err := os.WriteFile(file, []byte(written), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ask(app.handler(), "GET", "/", "").Header().Get("X-Config"); got != told {
			t.Errorf("%q, not %q", got, told)
		}
	}
}

func TestRequestsAreCountedByCodeMethodAndPath(t *testing.T) {
	serve := appWith(map[string]string{"ERROR_RATIO": "1", "ERROR_RATIO_AFTER_REQUESTS": "2"}).handler()
	for _, path := range []string{"/a", "/work?ms=30", "/c"} {
		ask(serve, "GET", path, "")
	}
	ask(serve, "POST", "/", "")
	got := ask(serve, "GET", "/metrics", "")
	for _, line := range []string{
		"# TYPE http_requests_total counter",
		`http_requests_total{code="200",method="GET",path="/"} 1`,
		`http_requests_total{code="200",method="GET",path="/work"} 1`,
		`http_requests_total{code="500",method="GET",path="/"} 1`,
		`http_requests_total{code="500",method="POST",path="/"} 1`,
		"# TYPE http_request_duration_seconds histogram",
		`http_request_duration_seconds_bucket{method="GET",path="/",le="+Inf"} 2`,
		`http_request_duration_seconds_count{method="GET",path="/"} 2`,
		`http_request_duration_seconds_bucket{method="GET",path="/work",le="0.025"} 0`,
		`http_request_duration_seconds_bucket{method="GET",path="/work",le="5"} 1`,
	} {
		if !strings.Contains(got.Body.String(), "\n"+line+"\n") {
			t.Errorf("%s is missing in\n%s", line, got.Body)
		}
	}
	if kind := got.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Error(kind)
	}
}

// served runs the app on loopback. stop is its SIGTERM, ended gives what it ends with.
func served(t *testing.T, app *app) (url string, stop func(), ended <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	end := make(chan error, 1)
	go func() { end <- app.serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), cancel, end
}

// slow asks for work that lasts until finish, and returns when it is under way.
func slow(t *testing.T, url string) (finish func() error, answered <-chan error) {
	t.Helper()
	sent, body := io.Pipe()
	end := make(chan error, 1)
	go func() {
		answer, err := http.Post(url+"/work", "text/plain", sent)
		if err == nil {
			_, err = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		end <- err
	}()
	// This is sent only when the connection stands; the answer waits for the rest.
	if _, err := body.Write([]byte("begin")); err != nil {
		t.Fatal(err)
	}
	return body.Close, end
}

func get(t *testing.T, url string) *http.Response {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

// accepts tells whether new connections are still taken.
func accepts(url string) bool {
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	time.Sleep(5 * time.Millisecond)
	return true
}

func TestItServesWhileItDrainsAndLosesNothing(t *testing.T) {
	app := appWith(map[string]string{"DRAIN_SECONDS": "1"})
	url, stop, ended := served(t, app)
	finish, answered := slow(t, url)
	stop()
	for deadline := time.Now().Add(5 * time.Second); !app.draining.Load(); {
		if time.Now().After(deadline) {
			t.Fatal("it does not drain")
		}
	}
	health, answer := get(t, url+"/healthz"), get(t, url)
	if health.StatusCode != 503 || answer.StatusCode != 200 || !answer.Close {
		t.Errorf("health %d, answer %d, close %t", health.StatusCode, answer.StatusCode, answer.Close)
	}
	for deadline := time.Now().Add(5 * time.Second); accepts(url); {
		if time.Now().After(deadline) {
			t.Fatal("it does not end")
		}
	}
	finish()
	if err := <-answered; err != nil {
		t.Errorf("what was under way is lost: %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWithoutGraceItDiesAtOnceAndLosesWhatIsUnderWay(t *testing.T) {
	url, stop, ended := served(t, appWith(map[string]string{"GRACEFUL": "false"}))
	finish, answered := slow(t, url)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	// Go's client tells that the connection is cut only when it is done with the body.
	finish()
	if err := <-answered; err == nil {
		t.Error("answered")
	}
}
