"""One request as it was recorded, and the file of a recording: a line of JSON for each, in order, compressed."""

import base64
import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fairlead.sim.front import protobuf

FOLDER = Path(__file__).parents[1] / "recorded"


@dataclass(frozen=True)
class Taken:
    """A request. Texts like `${3.metadata.uid}` stand for what was answered to request 3, whoever answers."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: Any
    """JSON, a text where it was something else, or None."""
    status: int
    """What the real server answered when this was recorded."""

    @property
    def is_watch(self) -> bool:
        return self.method == "GET" and dict(self.query).get("watch") in ("true", "1")

    def line(self) -> str:
        """Return it as a line of the file."""
        parts = {
            "": f"{self.method} {self.path}",
            "query": [list(pair) for pair in self.query],
            "headers": self.headers,
            "body": self.body,
            "status": self.status,
        }
        return json.dumps({key: value for key, value in parts.items() if value not in ([], None)})


def read(file: Path) -> list[Taken]:
    """Return the requests of a recording."""
    return [_taken(json.loads(line)) for line in gzip.decompress(file.read_bytes()).splitlines()]


def write(name: str, requests: Iterable[Taken]) -> Path:
    """Keep a recording, and return its file."""
    file = FOLDER / f"{name}.jsonl.gz"
    text = "".join(f"{request.line()}\n" for request in requests)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    return file


def changed(request: Taken, text: Callable[[str, str], str]) -> Taken:
    """Return the request with `text` applied to its path, to the values of its query and to its body."""
    query = tuple((key, text(value, key)) for key, value in request.query)
    return replace(request, path=text(request.path, ""), query=query, body=_changed(request.body, text, ""))


def json_of(request: Taken) -> Any:
    """Return the body as JSON, also where it was sent in protobuf."""
    if request.headers.get("content-type", "").startswith(protobuf.MEDIA_TYPE):
        return json.loads(protobuf.to_json(base64.b64decode(request.body)))
    return request.body


def _changed(value: Any, text: Callable[[str, str], str], key: str) -> Any:
    if isinstance(value, dict):
        # The value of an operation of a JSON patch stands under what its path leads to.
        target = str(value["path"]).rpartition("/")[2] if "op" in value and "path" in value else "value"
        return {text(k, ""): _changed(v, text, target if k == "value" else k) for k, v in value.items()}
    if isinstance(value, list):
        return [_changed(item, text, key) for item in value]
    return text(value, key) if isinstance(value, str) else value


def _taken(line: dict[str, Any]) -> Taken:
    method, path = line[""].split(" ", 1)
    query = tuple((key, value) for key, value in line.get("query", ()))
    return Taken(method, path, query, line["headers"], line.get("body"), line["status"])
