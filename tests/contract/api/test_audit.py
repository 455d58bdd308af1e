"""Audit events: the same requests, beside the log that the real server writes."""

import json
import random
import time
from pathlib import Path

from fairlead.sim.api.audit import Audited
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.guard.user import ADMIN
from fairlead.sim.api.request import Request
from tests.contract.api.both import Both
from tests.contract.api.real import Real
from tests.contract.api.said import Ask
from tests.contract.api.simulated import Simulated
from tests.contract.api.things import config_map
from tests.until import until

OWN = ("auditID", "requestReceivedTimestamp", "stageTimestamp")
PATIENCE_S = 10.0


def asks(namespace: str) -> list[Ask]:
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    headers = {"user-agent": "audited", "accept": "application/json", "content-type": "application/json"}
    body = json.dumps(config_map()).encode()
    alice = {**headers, "impersonate-user": "alice"}
    return [
        Ask("POST", path, (), headers, body),
        Ask("POST", path, (), headers, body),
        Ask("POST", path, (("dryRun", "All"),), alice, body),
        Ask("GET", f"{path}/a", (), headers),
        Ask("GET", path, (("limit", "5"),), headers),
        Ask("DELETE", f"{path}/b", (), headers),
        Ask("DELETE", path, (), headers),
        Ask("GET", "/apis/apps/v1", (), alice),
        Ask("GET", "/nowhere", (), headers),
    ]


def test_events_are_those_of_the_real_log(both: Both, servers: tuple[Real, Simulated], kubeconfig: Path) -> None:
    real, simulated = servers
    state = simulated.server.state
    assert isinstance(state.guard, Guards)
    audited = Audited(
        simulated.server.answer, guards=state.guard, types=state.types, now_s=time.time, rng=random.Random(1)
    )
    for ask in asks(both.ns):
        real.ask(ask)
        audited.answer(
            Request(method=ask.method, path=ask.path, query=ask.query, headers=ask.headers, body=ask.body, user=ADMIN)
        )
    batch = audited.take()
    assert batch is not None
    expected = logged(kubeconfig.parent / "log" / "audit.jsonl", len(asks(both.ns)))
    for event, wanted in zip(batch["items"], expected, strict=True):
        both.steps.append(f"{wanted['verb']} {wanted['requestURI']}")
        both.alike(bare(wanted), bare(event))
    assert audited.take() is None


def logged(log: Path, count: int) -> list[dict]:
    """The events of these requests in the log, once all are written."""

    def written() -> list[dict]:
        events = [json.loads(line) for line in log.read_text().splitlines() if '"audited"' in line]
        return events if len(events) >= count else []

    return until(f"{count} events in the log", written, PATIENCE_S)


def bare(event: dict) -> dict:
    user = {key: value for key, value in event["user"].items() if key != "extra"}
    kept = {key: value for key, value in event.items() if key not in (*OWN, "kind", "apiVersion")}
    return {**kept, "user": user}
