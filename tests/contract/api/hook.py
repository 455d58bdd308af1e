"""A webhook that both servers call: the real one over HTTPS, the simulated one through its port."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Object = dict[str, Any]
PATCH = [{"op": "add", "path": "/data/hooked", "value": "yes"}]


def respond(path: str, review: Object) -> Object:
    """The answer that a path stands for."""
    request = review["request"]
    response: Object = {"uid": request["uid"], "allowed": True}
    match path:
        case "/patch":
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(PATCH).encode()).decode()}
        case "/refuse":
            response |= {"allowed": False, "status": {"message": "not today", "reason": "Invalid", "code": 422}}
        case "/refuse-shortly":
            response["allowed"] = False
        case "/refuse-in-words":
            response |= {"allowed": False, "status": {"message": f"{request['operation']} by {_who(request)}"}}
        case "/warn":
            response["warnings"] = ["careful"]
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}


def _who(request: Object) -> str:
    told = (request["userInfo"]["username"], request["kind"], request["resource"], request["name"], request["dryRun"])
    return json.dumps([*told, request.get("options"), (request["oldObject"] or {}).get("data")], sort_keys=True)


def call(config: Object, review: Object) -> Object:
    """For the port."""
    return respond("/" + config["url"].rpartition("/")[2], review)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(respond(self.path.partition("?")[0], review)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@contextmanager
def listening(pki: Path) -> Iterator[str]:
    """Serve over HTTPS with the certificate of the API server, which is good for this address. Yields the URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pki / "apiserver.crt", pki / "apiserver.key")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
