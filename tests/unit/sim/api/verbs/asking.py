"""A server whose clock stands still until it is moved, and short ways of asking it."""

import json
import random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fairlead.sim.api.request import Answer, Request, Watch
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types

MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"


class Asking:
    """Paths without a leading slash are of core resources in the namespace `default`."""

    def __init__(self, seed: int = 1) -> None:
        self.now_s = 1_800_000_000.0
        self.server = Server(now_s=lambda: self.now_s, rng=random.Random(seed), types=Types())

    def answer(
        self, method: str, path: str, body: Any = None, media: str = "application/json", **headers: str
    ) -> Answer:
        url = urlsplit(path if path.startswith("/") else f"/api/v1/namespaces/default/{path}")
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        told = {
            "content-type": media,
            "user-agent": "test/1",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        query = tuple(parse_qsl(url.query, keep_blank_values=True))
        return self.server.answer(Request(method=method, path=url.path, query=query, headers=told, body=sent))

    def ask(self, method: str, path: str, body: Any = None, media: str = "application/json", **headers: str) -> Any:
        """The body of an answer that is no refusal."""
        answer = self.answer(method, path, body, media, **headers)
        assert answer.status < 300, answer.body
        return json.loads(answer.body)

    def refused(self, method: str, path: str, body: Any = None, media: str = "application/json") -> Any:
        """The Status of a refusal."""
        answer = self.answer(method, path, body, media)
        assert answer.status >= 400, answer.body
        return json.loads(answer.body)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def create(self, path: str, body: Any) -> Any:
        return self.ask("POST", path, body)

    def delete(self, path: str, **options: Any) -> Any:
        return self.ask("DELETE", path, options or None)

    def merge(self, path: str, body: Any) -> Any:
        return self.ask("PATCH", path, body, MERGE)

    def gone(self, path: str) -> bool:
        return self.answer("GET", path).status == 404

    def watch(self, path: str) -> Watch:
        watch = self.answer("GET", path).watch
        assert watch is not None
        return watch

    def names(self, path: str) -> list[str]:
        return [item["metadata"]["name"] for item in self.get(path)["items"]]


def config_map(name: str, **metadata: Any) -> dict[str, Any]:
    data = metadata.pop("data", {"k": "v"})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": data}


def pod(name: str, node: str = "", **metadata: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"containers": [{"name": "c", "image": "i"}]}
    if node:
        spec["nodeName"] = node
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **metadata}, "spec": spec}


def owned_by(owner: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    metadata = owner["metadata"]
    return [{"apiVersion": "v1", "kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"], **more}]


def seen(watch: Watch) -> list[tuple[str, str]]:
    """Type and name of each event that is due."""
    frames = [json.loads(frame) for frame in watch.take()]
    return [(frame["type"], frame["object"].get("metadata", {}).get("name", "")) for frame in frames]
