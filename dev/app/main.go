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
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	app := newApp(os.Getenv)
	server := &http.Server{Addr: ":8080", Handler: app.handler()}
	admin := &http.Server{Addr: ":8081", Handler: app.admin()}
	go func() { log.Println(admin.ListenAndServe()) }()
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	if !app.graceful {
		os.Exit(0)
	}
	app.draining.Store(true)
	time.Sleep(app.drain)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Println(err)
	}
}
