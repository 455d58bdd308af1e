"""Audit events, as the webhook backend of the API server sends them: who asked for what, and what came of it.

`Audited` stands before a server and answers as it does, as Disturbed does. What it wrote down is taken away in batches;
when, is the driver's decision (the real backend waits for 400 events, or 30 seconds). Must not change any answer.
"""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.route import Target, route
from fairlead.sim.api.types.types import Types

Object = dict[str, Any]
Level = Literal["None", "Metadata", "Request", "RequestResponse"]
BATCH_EVENTS = 400


class Audited:
    """Answers as `answers` does, and keeps an event of every request whose level is not None."""

    def __init__(
        self,
        answers: Callable[[Request], Answer],
        *,
        guards: Guards,
        types: Types,
        now_s: Callable[[], float],
        rng: random.Random,
        level: Callable[[Target], Level] = lambda _target: "Metadata",
    ) -> None:
        self._answers, self._guards, self._types = answers, guards, types
        self._now_s, self._rng, self._level = now_s, rng, level
        self._events: list[Object] = []

    def answer(self, request: Request) -> Answer:
        """The answer of the server."""
        target = route(request, self._types)
        level = self._level(target)
        if level == "None":
            return self._answers(request)
        received = self._now()
        who = self._who(request, target)
        answer = self._answers(request)
        self._events.append(self._event(request, target, level, answer, received, who))
        return answer

    def take(self) -> Object | None:
        """The next batch, an EventList; None when there is nothing."""
        batch, self._events = self._events[:BATCH_EVENTS], self._events[BATCH_EVENTS:]
        if not batch:
            return None
        return {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": batch}

    def _who(self, request: Request, target: Target) -> Object:
        try:
            user, other = self._guards.identify(request)
        except Failure:
            return {"user": {}}
        allowed, reason = self._guards.decision(other or user, target)
        annotations = {
            "authorization.k8s.io/decision": "allow" if allowed else "forbid",
            "authorization.k8s.io/reason": reason,
        }
        told: Object = {"user": user.info(), "annotations": annotations}
        return told | ({"impersonatedUser": other.info()} if other is not None else {})

    def _event(
        self, request: Request, target: Target, level: Level, answer: Answer, received: str, who: Object
    ) -> Object:
        query = urlencode(request.query)
        event: Object = {
            "level": level,
            "auditID": str(uuid.UUID(int=self._rng.getrandbits(128), version=4)),
            "stage": "ResponseComplete" if answer.watch is None else "ResponseStarted",
            "requestURI": f"{request.path}?{query}" if query else request.path,
            "verb": target.verb,
            "sourceIPs": ["127.0.0.1"],
            "userAgent": request.headers.get("user-agent", ""),
            "responseStatus": _status(answer),
            "requestReceivedTimestamp": received,
            "stageTimestamp": self._now(),
            **who,
        }
        if target.resource:
            event["objectRef"] = _reference(request, target, answer)
        if level in ("Request", "RequestResponse") and request.body:
            event["requestObject"] = _object(request.body)
        if level == "RequestResponse" and answer.watch is None:
            event["responseObject"] = _object(answer.body)
        return event

    def _now(self) -> str:
        return datetime.fromtimestamp(self._now_s(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _status(answer: Answer) -> Object:
    said = _object(answer.body) if answer.status >= 400 else None
    if not isinstance(said, dict) or said.get("kind") != "Status":
        return {"metadata": {}, "code": answer.status}
    parts = ("metadata", "status", "message", "reason", "details", "code")
    return {part: said[part] for part in parts if part in said}


def _reference(request: Request, target: Target, answer: Answer) -> Object:
    """What was asked about. A create names it in its body, which is read only once it is allowed."""
    sent = _object(request.body) if target.verb == "create" and answer.status != 403 else None
    metadata = sent.get("metadata") if isinstance(sent, dict) else None
    name = target.name or (metadata.get("name", "") if isinstance(metadata, dict) else "")
    fields = {
        "resource": target.resource,
        "namespace": target.namespace,
        "name": name,
        "apiGroup": target.group,
        "apiVersion": target.version,
        "subresource": target.subresource,
    }
    return {key: value for key, value in fields.items() if value}


def _object(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
