package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	timeout = 15 * time.Second
	idle    = 30 * time.Second // shorter than any server's, so that a request never meets its closing
	body    = "what a client says\n"
)

// Keep-alive probes of TCP would only cost system calls: every exchange has a deadline.
var dialer = net.Dialer{Timeout: timeout, KeepAlive: -1}

// Result is the fate of one request. It is lost when no answer with a version came.
type Result struct {
	Started, Ended time.Time
	Status         int
	Version        string
	Why            string // why it is lost
}

// Lost tells whether the request got no answer of the application.
func (r Result) Lost() bool { return r.Version == "" }

func (r Result) String() string {
	version, fate := r.Version, "ok"
	if r.Lost() {
		version, fate = "-", "lost"
	}
	return fmt.Sprintf("%.6f %.6f %d %s %s", unix(r.Started), unix(r.Ended), r.Status, version, fate)
}

func unix(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// wires are the connections to the server: those kept alive wait here for the next request.
type wires struct {
	plan  Plan
	mutex sync.Mutex
	kept  []*wire
}

type wire struct {
	net.Conn
	reader *bufio.Reader
	since  time.Time
}

func newWires(plan Plan) *wires { return &wires{plan: plan} }

// send sends a request once, whatever happens.
func (w *wires) send(r Request) Result {
	result := Result{Started: time.Now()}
	answer, err := w.exchange(r)
	result.Ended = time.Now()
	if err != nil {
		result.Why = reason(err)
		return result
	}
	result.Status, result.Version = answer.StatusCode, answer.Header.Get("X-Version")
	if result.Version == "" {
		result.Why = fmt.Sprintf("answered %d without a version", answer.StatusCode)
	}
	return result
}

var errKept = errors.New("on a kept connection")

// reason is one of few texts, so that equal fates are counted together.
func reason(err error) string {
	why := "the answer was not HTTP"
	var errno syscall.Errno
	var late net.Error
	switch {
	case errors.As(err, &errno):
		why = errno.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		why = "closed before the end of the answer"
	case errors.As(err, &late) && late.Timeout():
		why = fmt.Sprintf("no answer within %s", timeout)
	}
	if errors.Is(err, errKept) {
		why += " " + errKept.Error()
	}
	return why
}

func (w *wires) exchange(r Request) (*http.Response, error) {
	conn, err := w.take(r.KeepAlive)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(timeout))
	answer, err := w.over(conn, r)
	if err != nil && !conn.since.IsZero() {
		err = fmt.Errorf("%w: %w", errKept, err)
	}
	if err != nil || !r.KeepAlive || answer.Close {
		conn.Close()
		return answer, err
	}
	conn.since = time.Now()
	w.mutex.Lock()
	w.kept = append(w.kept, conn)
	w.mutex.Unlock()
	return answer, nil
}

func (w *wires) over(conn *wire, r Request) (*http.Response, error) {
	request, err := http.NewRequest(r.Method, "http://"+w.plan.address+r.Path, nil)
	if err != nil {
		return nil, err
	}
	if r.Method == "POST" {
		request.Body, request.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
	request.Host, request.Close = w.plan.Host, !r.KeepAlive
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(conn.reader, request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer, err
}

func (w *wires) take(keepAlive bool) (*wire, error) {
	for keepAlive {
		w.mutex.Lock()
		last := len(w.kept) - 1
		if last < 0 {
			w.mutex.Unlock()
			break
		}
		conn := w.kept[last]
		w.kept = w.kept[:last]
		w.mutex.Unlock()
		if time.Since(conn.since) < idle && !conn.ended() {
			return conn, nil
		}
		conn.Close()
	}
	conn, err := dialer.Dial("tcp", w.plan.address)
	if err != nil {
		return nil, err
	}
	return &wire{Conn: conn, reader: bufio.NewReader(conn)}, nil
}

// ended tells whether the server has closed the connection while it was idle. Every client looks before it sends: what was
// never sent cannot be lost. What the server closes after this look is lost, and counted.
func (w *wire) ended() bool {
	raw, err := w.Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return true
	}
	ended := true
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		ended = err != syscall.EAGAIN
		return true
	})
	return ended || err != nil
}
