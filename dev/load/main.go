// Command load sends requests at a fixed rate and records the fate of each: which version answered, how, how fast, or that
// none did. It never retries: Go's own client silently does, so the connections are handled here.
//
// The rate does not slow down with the server (an open loop): a request begins when its time has come. Every -interval
// a JSON line tells what ended since the line before; the last line is the summary of all. -events writes a line for each
// request: when it started and ended (Unix seconds), status, version or "-", and "lost" or "ok".
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	plan := Plan{}
	flag.StringVar(&plan.URL, "url", "http://10.250.0.1:30800", "address of the gateway; only this machine and the local cluster are allowed")
	flag.StringVar(&plan.Host, "host", "", "Host header")
	flag.Float64Var(&plan.Rate, "rate", 200, "requests per second")
	flag.DurationVar(&plan.Duration, "duration", time.Minute, "how long; at most two hours")
	flag.Float64Var(&plan.KeepAliveRatio, "keepalive-ratio", 0.5, "share of requests on connections that are kept alive")
	flag.Float64Var(&plan.PostRatio, "post-ratio", 0.2, "share of requests that are POST")
	flag.Float64Var(&plan.SlowRatio, "slow-ratio", 0.1, "share of requests that last 1 to 3 s")
	paths := flag.String("paths", "/", "path prefixes that are asked in turn, separated by commas")
	interval := flag.Duration("interval", time.Second, "time between two lines")
	events := flag.String("events", "", "file for a line per request")
	flag.Parse()
	plan.Paths = strings.Split(*paths, ",")
	if err := plan.check(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := report(run(ctx, plan), *interval, *events, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// report prints what comes in until it ends, and then all of it.
func report(results <-chan Result, interval time.Duration, events string, to io.Writer) error {
	var log *bufio.Writer
	if events != "" {
		file, err := os.Create(events)
		if err != nil {
			return err
		}
		defer file.Close()
		log = bufio.NewWriter(file)
	}
	out := json.NewEncoder(to)
	all, now := newTally(), newTally()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case r, more := <-results:
			if !more {
				if log != nil {
					log.Flush()
				}
				return errors.Join(out.Encode(now.line(false)), out.Encode(all.line(true)))
			}
			all.add(r)
			now.add(r)
			if log != nil {
				fmt.Fprintln(log, r)
			}
		case <-tick.C:
			if log != nil {
				log.Flush()
			}
			if err := out.Encode(now.line(false)); err != nil {
				return err
			}
			now = newTally()
		}
	}
}

// run sends the requests of a plan and closes the channel when the last one has ended.
func run(ctx context.Context, plan Plan) <-chan Result {
	results := make(chan Result, 1024)
	go func() {
		defer close(results)
		var under sync.WaitGroup
		wires := newWires(plan)
		began := time.Now()
		for i := 0; ; i++ {
			at := began.Add(time.Duration(float64(i) / plan.Rate * float64(time.Second)))
			if at.Sub(began) >= plan.Duration || !sleepUntil(ctx, at) {
				break
			}
			under.Add(1)
			go func() {
				defer under.Done()
				results <- wires.send(plan.request(i))
			}()
		}
		under.Wait()
	}()
	return results
}

func sleepUntil(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
