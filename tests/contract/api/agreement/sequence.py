"""A sequence of writes by several managers to two objects of a kind, sent to both servers step by step."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.contract.api.agreement.draw import Draw, Object
from tests.contract.api.agreement.steady import Steady
from tests.contract.api.agreement.subjects import Subject
from tests.contract.api.both import APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC, Answers

MANAGERS = ("one", "two", "three", "kubectl")
NAMES = ("t", "u")
LENGTH = 20
FOREIGN = "12345678-1234-1234-1234-123456789012"
"""The uid of no object."""

Step = Callable[["Sequence"], None]


class Sequence:
    """What is known between two steps: which objects are there, and some versions that they had."""

    def __init__(self, both: Steady, subject: Subject, rng: Random) -> None:
        self._both, self._subject, self._draw = both, subject, Draw(rng)
        self._name = ""
        self._resource, self._api_version = subject.resource, subject.api_version
        self._seen: dict[str, list[Answers]] = {name: [] for name in NAMES}
        self.requests = 0
        """How many were sent to each server."""

    def run(self, length: int = LENGTH) -> None:
        """Draw and send. Raises Differ at the first answer that differs."""
        for _ in range(length):
            self.step()

    def step(self) -> None:
        """Send one write about one object, and read it: some changes are not answered."""
        self._name = self._draw.one([NAMES[0], NAMES[0], NAMES[0], NAMES[1]])
        self._resource, self._api_version = self._subject.version(self._draw)
        self._draw.one(_STEPS if self._seen[self._name] else _BEGINNINGS)(self)
        self._get()

    @property
    def _path(self) -> str:
        return f"{self._resource}/{self._name}"

    def _get(self) -> Answers:
        self.requests += 1
        answers = self._both.get(f"{self._subject.resource}/{self._name}")
        # The versions of an object that has gone are those of another one.
        self._seen[self._name] = [*self._seen[self._name][-2:], answers] if answers.status == 200 else []
        return answers

    def _query(self) -> Object:
        """Who writes, and how it is taken."""
        return {
            **({"fieldManager": self._draw.one(MANAGERS)} if self._draw.happens(97) else {}),
            **({"dryRun": "All"} if self._draw.happens(8) else {}),
            **({"fieldValidation": self._draw.one(["Strict", "Warn", "Ignore"])} if self._draw.happens(12) else {}),
        }

    def _patch(self, body: Any, content_type: str, subresource: str = "") -> None:
        self.requests += 1
        self._both.patch(self._path + subresource, body, content_type, self._query())

    def _apply(self, body: Object, subresource: str = "") -> None:
        self.requests += 1
        force = {"force": "true"} if self._draw.happens(40) else {}
        self._both.patch(self._path + subresource, body, APPLY, {**self._query(), **force})

    def _told(self, body: Object) -> Object:
        """The body, with what a client rarely says."""
        draw, metadata = self._draw, dict(body.get("metadata", {}))
        seen = self._seen[self._name]
        if seen and draw.happens(10):
            metadata["resourceVersion"] = draw.one(seen).version
        if draw.happens(4):
            metadata["uid"] = draw.one([seen[-1]["metadata.uid"], FOREIGN]) if seen else FOREIGN
        if draw.happens(5):
            metadata |= draw.one([{"namespace": "{ns}"}, {"namespace": "other"}, {"name": "other"}, {"generation": 7}])
        if metadata:
            body = {**body, "metadata": metadata}
        if draw.happens(6):
            body = draw.one([{**body, "unknown": 1}, {**body, "spec": {**(body.get("spec") or {}), "unknown": {}}}])
        return body

    def _configuration(self) -> Object:
        """An object as a client would apply it."""
        metadata = {"name": self._name, **self._draw.metadata()}
        return self._typed() | {"metadata": metadata} | self._subject.parts(self._draw)

    def _typed(self) -> Object:
        return {"apiVersion": self._api_version, "kind": self._subject.kind}

    def create(self) -> None:
        self.requests += 1
        body = self._told(self._configuration())
        self._both.post(self._path.rpartition("/")[0], body, self._query())

    def apply(self) -> None:
        self._apply(self._told(self._configuration()))

    def replace(self) -> None:
        latest = self._get()
        if latest.status != 200:
            return
        draw = self._draw
        changes: Object = {f"metadata.{name}": value for name, value in draw.metadata().items()}
        changes |= self._subject.parts(draw)
        spec = latest.real.get("spec", {})
        changes |= {f"spec.{name}": latest[f"spec.{name}"] for name in self._subject.kept if name in spec}
        if draw.happens(20):
            changes["metadata.managedFields"] = draw.one([None, [], [{}]])
        if draw.happens(10):
            changes["metadata.resourceVersion"] = draw.one([None, self._seen[self._name][0].version])
        self._put(latest, changes)

    def _put(self, latest: Answers, changes: Object, subresource: str = "") -> None:
        self.requests += 1
        path = f"{self._subject.resource}/{self._name}{subresource}"
        self._both.put(path, latest.changed(changes), self._query())

    def merge(self) -> None:
        self._patch(self._told(self._subject.merges(self._draw)), MERGE_PATCH)

    def strategic(self) -> None:
        if self._subject.strategics is not None:
            self._patch(self._told(self._subject.strategics(self._draw)), STRATEGIC)

    def json(self) -> None:
        operations = [self._operation() for _ in range(self._draw.number(1, 3))]
        for index, operation in enumerate(operations):
            if operation.get("value", "") is None:
                # What goes through a null that a patch has just written panics in the real server.
                del operations[index + 1 :]
                break
        self._patch(operations, JSON_PATCH)

    def _operation(self) -> Object:
        draw, seen = self._draw, self._seen[self._name]
        places = (*self._subject.places, "/metadata/labels/a", "/metadata/finalizers/0", "/metadata/managedFields/0")
        if seen and draw.happens(15):
            return {"op": "test", "path": "/metadata/resourceVersion", "value": draw.one(seen).version}
        kind, path = draw.one(["add", "replace", "remove", "test", "copy", "move"]), draw.one(places)
        if kind in ("copy", "move"):
            # Two node ports alike are refused by the real server before it looks at anything else.
            sources = [place for place in places if not place.startswith("/spec/ports/")]
            return {"op": kind, "from": draw.one(sources), "path": path}
        return {"op": kind, "path": path, **({} if kind == "remove" else {"value": self._subject.values(draw)})}

    def status(self) -> None:
        subject, draw = self._subject, self._draw
        if subject.status is None:
            return
        status = {"status": subject.status(draw)}
        way = draw.one(["apply", "merge", "put"])
        if way == "apply":
            named = self._typed() | {"metadata": {"name": self._name}}
            self._apply(named | status | (subject.parts(draw) if draw.happens(20) else {}) | status, "/status")
        elif way == "merge":
            self._patch(self._told(status), MERGE_PATCH, "/status")
        elif (latest := self._get()).status == 200:
            labels = {"metadata.labels": draw.entries()} if draw.happens(20) else {}
            self._put(latest, {**status, **labels}, "/status")

    def scale(self) -> None:
        draw = self._draw
        if not self._subject.scales:
            return
        spec = {"spec": {"replicas": draw.number(-1, 2) if draw.happens(10) else draw.number(0, 2)}}
        body = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": self._name}, **spec}
        way = draw.one(["apply", "merge", "put", "json", "get"])
        if way == "apply":
            self._apply(body, "/scale")
        elif way == "merge":
            self._patch(spec, MERGE_PATCH, "/scale")
        elif way == "json":
            kind = draw.one(["add", "replace", "test"])
            operation = {"op": kind, "path": "/spec/replicas", "value": spec["spec"]["replicas"]}
            self._patch([operation], JSON_PATCH, "/scale")
        else:
            self.requests += 1
            scale = self._both.get(f"{self._subject.resource}/{self._name}/scale")
            if way == "put" and scale.status == 200:
                self._put(scale, {"spec.replicas": spec["spec"]["replicas"]}, "/scale")

    def delete(self) -> None:
        self.requests += 1
        draw, seen = self._draw, self._seen[self._name]
        uids = [seen[-1]["metadata.uid"], seen[-1]["metadata.uid"], FOREIGN] if seen else [FOREIGN]
        options = draw.parts(
            propagationPolicy=lambda: draw.one(["Foreground", "Background", "Orphan"]),
            gracePeriodSeconds=lambda: draw.number(0, 1),
            preconditions=lambda: draw.parts(
                uid=lambda: draw.one(uids),
                resourceVersion=lambda: draw.one(seen).version if seen else "1",
            ),
            dryRun=lambda: ["All"],
        )
        if "dryRun" in options:
            # A trial that would take the last finalizer away by this is answered with an object without anything in it.
            options.pop("propagationPolicy", None)
        self._both.delete(self._path, options or None)

    def list(self) -> None:
        self.requests += 1
        self._both.get(self._path.rpartition("/")[0], self._selection())

    def clear(self) -> None:
        """Delete what is selected; there is at most one kind of object in the namespace."""
        self.requests += 1
        self._both.delete(self._path.rpartition("/")[0], None, self._selection())
        here = self._name
        for self._name in NAMES:
            self._get()
        self._name = here

    def _selection(self) -> Object:
        selectors: tuple[Object, ...] = (
            {},
            {"labelSelector": "a=1"},
            {"labelSelector": "a,b!=2"},
            {"fieldSelector": "metadata.name=u"},
        )
        return self._draw.one(selectors)  # type: ignore[no-any-return]

    def wait(self) -> None:
        """Times are told in seconds, and some changes are seen only when another one has begun."""
        self._both.wait()


_BEGINNINGS: tuple[Step, ...] = (Sequence.create, Sequence.apply, Sequence.apply, Sequence.merge)
_STEPS: tuple[Step, ...] = (
    *(Sequence.apply,) * 6,
    *(Sequence.replace, Sequence.merge, Sequence.strategic, Sequence.json) * 2,
    *(Sequence.status, Sequence.scale) * 2,
    *(Sequence.create, Sequence.delete, Sequence.list, Sequence.clear, Sequence.wait),
)
