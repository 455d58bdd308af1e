"""The real API server, as one client over one connection."""

import base64
import json
import queue
import socket
import ssl
import tempfile
import threading
from contextlib import suppress
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from dev.cluster.processes import Processes
from tests.contract.api.etcd import Etcd
from tests.contract.api.said import HEADERS, Ask, Said, Stream
from tests.until import until

PATIENCE_S = 5.0
RESTART_S = 60.0
SERVER = "kube-apiserver"
TRIAL = Ask(
    "POST",
    "/api/v1/namespaces",
    (("dryRun", "All"),),
    {"content-type": "application/json"},
    b'{"metadata": {"name": "trial"}}',
)
# How long a frame that should not be is waited for, at the end of a watch.
SURPLUS_S = 0.05


class Real:
    """Talks to the server of a kubeconfig as its administrator."""

    def __init__(self, kubeconfig: Path) -> None:
        config = json.loads(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self._address = urlsplit(cluster["server"]).netloc
        self._trust = _trusting(cluster)
        with tempfile.NamedTemporaryFile() as pem:
            pem.write(base64.b64decode(user["client-certificate-data"]))
            pem.write(base64.b64decode(user["client-key-data"]))
            pem.flush()
            self._trust.load_cert_chain(pem.name)
        self._connection = self._connected()
        self._strange = HTTPSConnection(self._address, context=_trusting(cluster), timeout=PATIENCE_S)
        """For requests that bring a token, and so no certificate."""
        self._etcd = Etcd(kubeconfig.with_name("etcd.sock"))
        self._processes = Processes(kubeconfig.with_name("run"), kubeconfig.with_name("log"))

    def _connected(self) -> HTTPSConnection:
        return HTTPSConnection(self._address, context=self._trust, timeout=PATIENCE_S)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()
        self._strange.close()
        self._etcd.close()

    def compact(self) -> None:
        """Have the store forget, and begin the server anew, whose caches then know of nothing before."""
        self._etcd.compact()
        running = self._processes.find(SERVER)
        assert running is not None
        self._processes.stop(SERVER, timeout_s=0)
        self._connection.close()
        self._strange.close()
        self._processes.ensure(SERVER, running.command)
        until("the server takes writes again", self._takes_writes, RESTART_S)

    def _takes_writes(self) -> bool:
        """Whether it does: it says that it is ready a moment before."""
        try:
            return self.ask(TRIAL).status == 201
        except OSError:
            self._connection.close()
            return False

    def ask(self, ask: Ask) -> Said:
        answer = _send(self._strange if "authorization" in ask.headers else self._connection, ask)
        return _said(answer, answer.read())

    def follow(self, ask: Ask) -> Said | Stream:
        connection = self._connected()
        connection.connect()
        sock = connection.sock
        sock.settimeout(None)
        answer = _send(connection, ask)
        if answer.status != 200 or not answer.chunked:
            said = _said(answer, answer.read())
            connection.close()
            return said
        return RealStream(connection, sock, answer)


def _trusting(cluster: dict[str, str]) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())


def _send(connection: HTTPSConnection, ask: Ask) -> HTTPResponse:
    # The characters that kubectl leaves as they are.
    path = quote(ask.path, safe="/:%~")
    url = f"{path}?{urlencode(ask.query)}" if ask.query else path
    connection.request(ask.method, url, body=ask.body or None, headers=ask.headers)
    return connection.getresponse()


def _said(answer: HTTPResponse, body: bytes) -> Said:
    headers = {name: ", ".join(values) for name in HEADERS if (values := answer.headers.get_all(name))}
    return Said(answer.status, headers, body)


class RealStream:
    """Frames as they come, read beside the test: a read that waits cannot be given up and taken up again."""

    def __init__(self, connection: HTTPSConnection, sock: socket.socket, answer: HTTPResponse) -> None:
        self._connection = connection
        self._answer = answer
        self._socket = sock
        self._frames: queue.Queue[bytes | None] = queue.Queue()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while line := self._answer.readline():
                self._frames.put(line)
        except (OSError, ValueError):
            pass  # closed by the test
        self._frames.put(None)

    def _next(self, timeout_s: float) -> bytes | None:
        if self._over:
            return None
        try:
            frame = self._frames.get(timeout=timeout_s)
        except queue.Empty:
            return None
        self._over = frame is None
        return frame

    def take(self, count: int) -> list[bytes]:
        taken: list[bytes] = []
        while len(taken) < count and (frame := self._next(PATIENCE_S)):
            taken.append(frame)
        return taken

    def surplus(self) -> list[bytes]:
        found: list[bytes] = []
        while frame := self._next(SURPLUS_S):
            found.append(frame)
        return found

    def rest(self) -> list[bytes] | None:
        found: list[bytes] = []
        while frame := self._next(PATIENCE_S):
            found.append(frame)
        return found if self._over else None

    def close(self) -> None:
        # Closing alone would wait for the reader.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._answer.close()
        self._connection.close()
        self._socket.close()
