"""One program against both servers, in lockstep: a request goes to both, and what they say must be alike."""

import copy
import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.contract.api.observe import Names, events, is_by_the_way, observed
from tests.contract.api.said import Ask, Said, Side, Stream
from tests.until import until

PATIENCE_S = 10.0
AGENT = "contract/1.0"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"

Query = Mapping[str, Any]
NOTHING: Query = MappingProxyType({})
_numbers = count(1)
_MARK = re.compile("⟦(\\d+)⟧")


class Differ(AssertionError):
    """The simulated server said something else than the real one."""


class Pair(NamedTuple):
    """What the real one has, and what the simulated one has."""

    real: Any
    simulated: Any


class Both:
    """Sends to both in a namespace of its own.

    A path that does not begin with a slash is `resource[.group]/name/subresource` in that namespace. Values of earlier
    answers are put into later requests as text: `answer["metadata.uid"]` stands for what each server had said.
    """

    def __init__(self, real: Side, simulated: Side) -> None:
        self.sides = (real, simulated)
        self.names = (Names(), Names())
        self.values: list[Pair] = []
        self.steps: list[str] = []
        self.watches: list[Events] = []
        self.headers: dict[str, str] = {}
        self.ns = ""

    def enter(self, namespace: str = "") -> "Both":
        """Make the namespace; without a name, one that no case had before."""
        self.ns = namespace or f"case-{next(_numbers)}"
        for side, ask in zip(
            self.sides, self._asks("POST", "/api/v1/namespaces", {"metadata": {"name": self.ns}}, {}, {}), strict=True
        ):
            assert side.ask(ask).status == 201
        return self

    def leave(self) -> None:
        """Nothing may have come that no step asked for."""
        try:
            for watch in self.watches:
                watch.nothing_more()
        finally:
            for watch in self.watches:
                watch.close()

    def as_user(self, name: str, *groups: str, **extra: str) -> "Both":
        """Return the same pair of servers, asked on behalf of another."""
        other = copy.copy(self)
        other.headers = {**self.headers, "impersonate-user": name, **extra}
        if groups:
            other.headers["impersonate-group"] = groups[0]
        return other

    def with_token(self, token: str) -> "Both":
        """Return the same pair of servers, asked by the holder of a token."""
        other = copy.copy(self)
        other.headers = {**self.headers, "authorization": f"Bearer {token}"}
        return other

    def get(self, path: str, query: Query = NOTHING, **headers: str) -> "Answers":
        return self.ask("GET", path, None, query, headers)

    def post(self, path: str, body: Any, query: Query = NOTHING, **headers: str) -> "Answers":
        return self.ask("POST", path, body, query, headers)

    def put(self, path: str, body: Any, query: Query = NOTHING, **headers: str) -> "Answers":
        return self.ask("PUT", path, body, query, headers)

    def delete(self, path: str, body: Any = None, query: Query = NOTHING, **headers: str) -> "Answers":
        return self.ask("DELETE", path, body, query, headers)

    def patch(self, path: str, body: Any, content_type: str, query: Query = NOTHING, **headers: str) -> "Answers":
        return self.ask("PATCH", path, body, query, {"content_type": content_type, **headers})

    def merge(self, path: str, body: Any, query: Query = NOTHING) -> "Answers":
        return self.patch(path, body, MERGE_PATCH, query)

    def apply(self, path: str, body: Any, manager: str = "m", force: bool = False, query: Query = NOTHING) -> "Answers":
        forced = {"force": "true"} if force else {}
        return self.patch(path, body, APPLY, {"fieldManager": manager, **forced, **query})

    def watch(self, path: str, query: Query = NOTHING, **headers: str) -> "Events":
        """Begin a watch of a collection. Its frames are compared when they are taken."""
        asks = self._asks("GET", path, None, {"watch": "true", **query}, headers)
        begun = [side.follow(ask) for side, ask in zip(self.sides, asks, strict=True)]
        refused = [answer for answer in begun if isinstance(answer, Said)]
        if refused:
            status = [Said(200, {}, b'"a watch"') if not isinstance(b, Said) else b for b in begun]
            self._compare(str(asks[1]), *status)
        else:
            self.steps.append(str(asks[1]))
        events = Events(self, *(answer if not isinstance(answer, Said) else None for answer in begun))
        self.watches.append(events)
        return events

    def ask(self, method: str, path: str, body: Any, query: Query, headers: Mapping[str, str]) -> "Answers":
        """Send one request to both. Raises Differ when the answers do."""
        asks = self._asks(method, path, body, query, headers)
        said = [side.ask(ask) for side, ask in zip(self.sides, asks, strict=True)]
        self._compare(str(asks[1]), *said)
        return Answers(self, *said)

    def compact(self) -> None:
        """Have both forget everything before the last write."""
        self.steps.append("compaction")
        for side in self.sides:
            side.compact()

    def until_allowed(self, user: str, attributes: Mapping[str, str]) -> None:
        """Wait until the real one, that reads roles a moment later, allows this in the namespace; then compare."""
        body = {"spec": {"user": user, "resourceAttributes": {"namespace": "{ns}", **attributes}}}
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        self._wait(lambda real: real.json["status"]["allowed"], "POST", path, body, {})
        self.post(path, body)

    def until_served(self, path: str) -> None:
        """Wait until the real one, that reads definitions a moment later, serves this."""
        self._wait(lambda real: real.status == 200, "GET", path, None, {})

    def until_refused(self, method: str, path: str, body: Any, query: Query, *, saying: str = "") -> None:
        """Wait until the real one heeds what was just written, and refuses this in these words; then compare."""
        self._wait(lambda real: real.status >= 400 and saying.encode() in real.body, method, path, body, query)
        self.ask(method, path, body, query, {})

    def _wait(self, seen: Callable[[Said], bool], method: str, path: str, body: Any, query: Query) -> None:
        ask = self._asks(method, path, body, query, {})[0]
        until(str(ask), lambda: seen(self.sides[0].ask(ask)), PATIENCE_S)

    def keep(self, pair: Pair) -> str:
        """Return a text that stands for the value of each side."""
        self.values.append(pair)
        return f"⟦{len(self.values) - 1}⟧"

    def value(self, kept: str) -> Pair:
        """Return what a text of `keep` stands for."""
        return Pair(*(self._put(side)(kept) for side in (0, 1)))

    def _asks(self, method: str, path: str, body: Any, query: Query, headers: Mapping[str, str]) -> tuple[Ask, Ask]:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        all_headers = {"user-agent": AGENT, "accept": "application/json", **self.headers, **named}
        if body is not None:
            all_headers.setdefault("content-type", "application/json")
        pairs = [(key, str(v)) for key, value in query.items() for v in (value if isinstance(value, list) else [value])]
        asks = []
        for side in (0, 1):
            put = self._put(side)
            raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(put(body)).encode()
            asks.append(
                Ask(
                    method,
                    put(full_path(path, self.ns)),
                    tuple((key, str(put(text))) for key, text in pairs),
                    {key: str(put(text)) for key, text in all_headers.items()},
                    raw,
                )
            )
        return asks[0], asks[1]

    def _put(self, side: int) -> Any:
        def put(raw: Any) -> Any:
            if isinstance(raw, dict):
                return {put(key): put(value) for key, value in raw.items()}
            if isinstance(raw, list):
                return [put(item) for item in raw]
            if not isinstance(raw, str):
                return raw
            if whole := _MARK.fullmatch(raw):
                return self.values[int(whole[1])][side]
            return _MARK.sub(lambda found: str(self.values[int(found[1])][side]), raw.replace("{ns}", self.ns))

        return put

    def _compare(self, step: str, real: Said, simulated: Said) -> None:
        self.steps.append(step)
        self.alike(observed(real, self.names[0]), observed(simulated, self.names[1]))

    def alike(self, real: Any, simulated: Any) -> None:
        """Raise Differ, with both sides beside each other, unless both saw the same."""
        if real != simulated:
            raise Differ(f"{self._told()}\n{side_by_side(real, simulated)}")
        if (order := _order(self.names[0])) != (other := _order(self.names[1])):
            raise Differ(f"{self._told()}\nversions in another order\n{side_by_side(order, other)}")

    def _told(self) -> str:
        before = [step.split("\n", 1)[0] for step in self.steps[:-1]]
        return "\n".join(["", *before, *self.steps[-1:]])


class Answers:
    """What both said to one request."""

    def __init__(self, both: Both, real: Said, simulated: Said) -> None:
        self._both = both
        self._said = (real, simulated)
        self.status = real.status

    def __getitem__(self, path: str) -> str:
        """Return what stands for the value at `metadata.name` or `items.0.metadata.name`."""
        return self._both.keep(Pair(*(_at(said.json, path.split(".")) for said in self._said)))

    def changed(self, changes: Mapping[str, Any]) -> str:
        """Return what stands for the answered object with other values at some paths; None removes."""
        put = [self._both._put(side) for side in (0, 1)]
        return self._both.keep(
            Pair(*(_with(said.json, p(dict(changes))) for said, p in zip(self._said, put, strict=True)))
        )

    @property
    def version(self) -> str:
        """What stands for the resourceVersion."""
        return self["metadata.resourceVersion"]

    @property
    def real(self) -> Any:
        """The body of the real one, to assert that a case is about what it says."""
        return self._said[0].json


class Events:
    """A watch on both."""

    def __init__(self, both: Both, real: Stream | None, simulated: Stream | None) -> None:
        self._both = both
        self._streams = (real, simulated)

    def take(self) -> list[Any]:
        """Compare what has come since, in order; return the real one's events. The simulated one says how many."""
        real, simulated = self._streams
        if real is None or simulated is None:
            return []
        came = [frame for frame in simulated.take(0) if not is_by_the_way(frame)]
        raw: list[bytes] = []
        # One more after each that was by the way.
        while missing := len(came) - len(raw):
            more = real.take(missing)
            raw += [frame for frame in more if not is_by_the_way(frame)]
            if len(more) < missing:
                break
        self._alike(raw, came)
        return [json.loads(frame) for frame in raw]

    def nothing_more(self) -> None:
        """Nothing else may come."""
        real, simulated = self._streams
        if real is not None and simulated is not None:
            self._alike(*([f for f in stream.surplus() if not is_by_the_way(f)] for stream in (real, simulated)))

    def ends(self) -> list[Any]:
        """Compare everything up to the end, bookmarks included; return the real one's events."""
        self._both.steps.append("the watch ends")
        rests = [stream.rest() for stream in self._streams if stream is not None]
        assert None not in rests, "it did not end"
        real, simulated = (_marked_once(rest or []) for rest in rests)
        self._alike(real, simulated)
        return [json.loads(frame) for frame in real]

    def close(self) -> None:
        for stream in self._streams:
            if stream is not None:
                stream.close()

    def _alike(self, real: Sequence[bytes], simulated: Sequence[bytes]) -> None:
        self._both.steps.append("events of the watch")
        names = self._both.names
        self._both.alike(events(real, names[0]), events(simulated, names[1]))


def _marked_once(frames: Sequence[bytes]) -> list[bytes]:
    """Leave out bookmarks that follow upon another: how often the same is said is left to the server."""
    pairs = zip((b"", *frames), frames, strict=False)
    return [now for last, now in pairs if not (last and is_by_the_way(last) and is_by_the_way(now))]


def full_path(path: str, namespace: str) -> str:
    """Return the path of `deployments.apps/name/scale` in a namespace."""
    if path.startswith("/"):
        return path.replace("{ns}", namespace)
    resource, *rest = path.split("/")
    return "/".join([f"{GROUPS[resource]}/namespaces/{namespace}/{resource.split('.', 1)[0]}", *rest])


GROUPS = {
    **dict.fromkeys(
        (
            *("configmaps", "secrets", "services", "pods", "events", "serviceaccounts", "endpoints"),
            *("persistentvolumeclaims", "resourcequotas", "limitranges", "replicationcontrollers"),
        ),
        "/api/v1",
    ),
    **dict.fromkeys(("deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps"), "/apis/apps/v1"),
    **dict.fromkeys(("jobs.batch", "cronjobs.batch"), "/apis/batch/v1"),
    "horizontalpodautoscalers.autoscaling": "/apis/autoscaling/v2",
    "poddisruptionbudgets.policy": "/apis/policy/v1",
    **dict.fromkeys(("networkpolicies.networking", "ingresses.networking"), "/apis/networking.k8s.io/v1"),
    **dict.fromkeys(("roles.rbac", "rolebindings.rbac"), "/apis/rbac.authorization.k8s.io/v1"),
    "leases.coordination": "/apis/coordination.k8s.io/v1",
    "endpointslices.discovery": "/apis/discovery.k8s.io/v1",
    "localsubjectaccessreviews.authorization": "/apis/authorization.k8s.io/v1",
    "httproutes.gateway": "/apis/gateway.networking.k8s.io/v1",
    "widgets.contract": "/apis/contract.example.com/v1",
    "shapes.agreement": "/apis/agreement.example.com/v1",
    "httproutes.gateway-v1beta1": "/apis/gateway.networking.k8s.io/v1beta1",
    "shapes.agreement-v2": "/apis/agreement.example.com/v2",
}


def _at(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def _with(value: Any, changes: Mapping[str, Any]) -> Any:
    value = copy.deepcopy(value)
    for path, new in changes.items():
        *way, last = path.split(".")
        at = value
        for key in way:
            at = at[int(key)] if isinstance(at, list) else at.setdefault(key, {})
        if new is None:
            at.pop(last, None)
        else:
            at[int(last) if isinstance(at, list) else last] = new
    return value


def _order(names: Names) -> list[str]:
    return [name for name, _ in sorted(names.versions(), key=lambda version: version[1])]


def side_by_side(real: Any, simulated: Any, width: int = 78) -> str:
    """Return both as text in two columns, only where they differ and three lines around."""
    left, right = (json.dumps(each, indent=1, sort_keys=True).splitlines() for each in (real, simulated))
    lines = [f"{'real':<{width}} | simulated"]
    for group in difflib.SequenceMatcher(a=left, b=right, autojunk=False).get_grouped_opcodes(3):
        lines.append("-" * width + "-+-" + "-" * width)
        for tag, a, b, c, d in group:
            rows = max(b - a, d - c)
            for row in range(rows):
                one = left[a + row] if a + row < b else ""
                other = right[c + row] if c + row < d else ""
                lines.append(f"{one[:width]:<{width}} {'|' if tag == 'equal' else '≠'} {other[:width]}")
    return "\n".join(lines)
