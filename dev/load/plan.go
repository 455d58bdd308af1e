package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Plan is what is sent.
type Plan struct {
	URL, Host                            string
	Paths                                []string // prefixes, taken in turn
	Rate                                 float64  // requests per second
	Duration                             time.Duration
	KeepAliveRatio, PostRatio, SlowRatio float64
	address                              string
}

// Request is one request of a plan.
type Request struct {
	Method, Path string
	KeepAlive    bool
}

// local are the only addresses that load may be sent to: loopback, and the node, pods and services of the local cluster.
var local = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("10.250.0.0/24"),
	netip.MustParsePrefix("10.244.0.0/16"),
	netip.MustParsePrefix("10.96.0.0/16"),
}

const (
	longest = 2 * time.Hour
	fastest = 5000 // requests per second
)

func (p *Plan) check() error {
	target, err := url.Parse(p.URL)
	if err != nil || target.Scheme != "http" {
		return fmt.Errorf("-url: %q is not an http address", p.URL)
	}
	port := target.Port()
	if port == "" {
		port = "80"
	}
	host := target.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	address, err := netip.ParseAddr(host)
	if err != nil || !isLocal(address) {
		return fmt.Errorf("-url: %s is neither this machine nor the local cluster: load is sent nowhere else", target.Hostname())
	}
	if !(p.Rate > 0 && p.Rate <= fastest) {
		return fmt.Errorf("-rate: %g is not above 0 and up to %d", p.Rate, fastest)
	}
	if p.Duration <= 0 || p.Duration > longest {
		return fmt.Errorf("-duration: %s is not above 0 and up to %s", p.Duration, longest)
	}
	for _, ratio := range []float64{p.KeepAliveRatio, p.PostRatio, p.SlowRatio} {
		if !(ratio >= 0 && ratio <= 1) {
			return fmt.Errorf("a ratio of %g is not between 0 and 1", ratio)
		}
	}
	p.address = net.JoinHostPort(address.String(), port)
	if p.Host == "" {
		p.Host = target.Host
	}
	return nil
}

func isLocal(address netip.Addr) bool {
	for _, prefix := range local {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// request gives the i-th request. Shares are exact and spread evenly, so that no two runs differ in what they send.
func (p *Plan) request(i int) Request {
	prefix := strings.TrimSuffix(p.Paths[i%len(p.Paths)], "/")
	i /= len(p.Paths)
	r := Request{Method: "GET", Path: prefix + "/", KeepAlive: share(i, p.KeepAliveRatio)}
	if share(i/2, p.PostRatio) {
		r.Method = "POST"
	}
	if share(i/3, p.SlowRatio) {
		r.Path = fmt.Sprintf("%s/work?ms=%d", prefix, 1000+(i*37)%2001)
	}
	return r
}

func share(i int, ratio float64) bool {
	return int(float64(i+1)*ratio) > int(float64(i)*ratio)
}
