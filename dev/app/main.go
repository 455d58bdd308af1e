// Command app is the sample service: it says its version in every answer, and fails, slows down, turns unready or
// crashes on request, so that a release of it can go wrong in every way.
//
//	VERSION                     sent as X-Version
//	ERROR_RATIO                 share of requests answered with 500
//	ERROR_RATIO_AFTER_REQUESTS  requests that are served well before that begins
//	LATENCY_MS                  added to every request
//	CONFIG_FILE                 its first line is sent as X-Config
//	GRACEFUL=false              dies at SIGTERM; else it is unready first, goes on serving for DRAIN_SECONDS (5), then ends
//
// The same can be changed while it runs, on the admin port, which no Service leads to:
//
//	curl -X POST 'localhost:8081/set?error_ratio=0.05&latency_ms=20&ready=false'
//	curl -X POST localhost:8081/crash
package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	app := newApp(os.Getenv)
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal(http.ListenAndServe(":8081", app.admin())) }()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := app.serve(ctx, listener); err != nil {
		log.Fatal(err)
	}
}

// serve answers until ctx ends; then it drains, or when it is not graceful cuts every connection.
func (a *app) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: a.handler()}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	if !a.graceful {
		return server.Close()
	}
	a.draining.Store(true)
	time.Sleep(a.drain)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(ctx)
}
