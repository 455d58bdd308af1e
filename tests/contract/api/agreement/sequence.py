"""A sequence of writes by several managers to one object, sent to both servers step by step."""

from collections.abc import Callable
from random import Random

from tests.contract.api.agreement.draw import Draw, Object
from tests.contract.api.agreement.subjects import Subject
from tests.contract.api.both import JSON_PATCH, MERGE_PATCH, STRATEGIC, Answers, Both

MANAGERS = ("one", "two", "three", "kubectl")
LENGTH = 20

Step = Callable[["Sequence"], None]


def run(both: Both, subject: Subject, rng: Random, length: int = LENGTH) -> int:
    """Draw and send. Returns how many requests that were; raises Differ at the first answer that differs."""
    sequence = Sequence(both, subject, Draw(rng))
    for _ in range(length):
        sequence.step()
    return sequence.requests


class Sequence:
    """What is known between two steps: whether the object is there."""

    def __init__(self, both: Both, subject: Subject, draw: Draw) -> None:
        self._both, self._subject, self._draw = both, subject, draw
        self._exists = False
        self.requests = 0

    def step(self) -> None:
        """Send one write; the object is read after those that might have changed it in a way that was not answered."""
        self._draw.one(_STEPS if self._exists else _BEGINNINGS)(self)
        self._exists = self._get().status == 200

    def _get(self) -> Answers:
        self.requests += 1
        return self._both.get(self._subject.path)

    def _patch(self, body: object, content_type: str, subresource: str = "", **query: str) -> None:
        self.requests += 1
        manager = {"fieldManager": self._draw.one(MANAGERS)}
        self._both.patch(self._subject.path + subresource, body, content_type, {**manager, **query})

    def create(self) -> None:
        self.requests += 1
        path, _, _ = self._subject.path.partition("/")
        query = {"fieldManager": self._draw.one(MANAGERS)}
        self._both.post(path, self._subject.configuration(self._draw), query)

    def apply(self) -> None:
        self.requests += 1
        body = self._subject.configuration(self._draw)
        self._both.apply(self._subject.path, body, self._draw.one(MANAGERS), self._draw.happens(40))

    def replace(self) -> None:
        latest = self._get()
        if latest.status != 200:
            return
        draw = self._draw
        changes: Object = {f"metadata.{name}": value for name, value in draw.metadata().items() if name != "name"}
        changes |= self._subject.parts(draw)
        changes |= {path: latest[path] for path in self._subject.kept}
        if draw.happens(20):
            changes["metadata.managedFields"] = draw.one([None, [], [{}]])
        self._put(latest, changes)

    def _put(self, latest: Answers, changes: Object, subresource: str = "") -> None:
        self.requests += 1
        query = {"fieldManager": self._draw.one(MANAGERS)}
        self._both.put(self._subject.path + subresource, latest.changed(changes), query)

    def merge(self) -> None:
        self._patch(self._subject.merges(self._draw), MERGE_PATCH)

    def strategic(self) -> None:
        if self._subject.strategics is not None:
            self._patch(self._subject.strategics(self._draw), STRATEGIC)

    def json(self) -> None:
        draw = self._draw
        operations = [
            {
                "op": draw.one(["add", "replace", "remove", "test"]),
                "path": draw.one(self._subject.places),
                "value": self._subject.values(draw),
            }
            for _ in range(draw.number(1, self._subject.operations))
        ]
        if operations[0]["value"] is None:
            # What goes through a null that a patch has just written panics in the real server.
            del operations[1:]
        self._patch(operations, JSON_PATCH)

    def status(self) -> None:
        subject, draw = self._subject, self._draw
        if subject.status is None:
            return
        status = {"status": subject.status(draw)}
        way = draw.one(["apply", "merge", "put"])
        if way == "apply":
            self.requests += 1
            named = {"apiVersion": subject.api_version, "kind": subject.kind, "metadata": {"name": "t"}}
            body = named | status | (subject.parts(draw) if draw.happens(20) else {}) | status
            self._both.apply(f"{subject.path}/status", body, draw.one(MANAGERS), draw.happens(40))
        elif way == "merge":
            self._patch(status, MERGE_PATCH, "/status")
        else:
            latest = self._get()
            labels = {"metadata.labels": draw.entries()} if draw.happens(20) else {}
            self._put(latest, {**status, **labels}, "/status")

    def scale(self) -> None:
        if not self._subject.scales:
            return
        spec = {"spec": {"replicas": self._draw.number(0, 2)}}
        if self._draw.happens():
            self._patch(spec, MERGE_PATCH, "/scale")
        else:
            self.requests += 1
            body = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "t"}, **spec}
            path = f"{self._subject.path}/scale"
            self._both.apply(path, body, self._draw.one(MANAGERS), self._draw.happens(40))

    def delete(self) -> None:
        self.requests += 1
        self._both.delete(self._subject.path)


_BEGINNINGS: tuple[Step, ...] = (Sequence.create, Sequence.apply)
_STEPS: tuple[Step, ...] = (
    *(Sequence.apply,) * 6,
    *(Sequence.replace, Sequence.merge, Sequence.strategic, Sequence.json) * 2,
    *(Sequence.status, Sequence.scale) * 2,
    *(Sequence.create, Sequence.delete),
)
