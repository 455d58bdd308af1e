"""A server with guards, asked in the shortest way."""

import json
import random
from typing import Any

from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.guard.webhook import Webhooks
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types

NOW_S = 1_700_000_000.0
ADMIN = User(name="admin", groups=("system:masters", "system:authenticated"))
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


def server(tokens: dict[str, User] | None = None, webhooks: Webhooks | None = None) -> Server:
    made = Server(
        now_s=lambda: NOW_S, rng=random.Random(1), types=Types(), guard=Guards(tokens=tokens, webhooks=webhooks)
    )
    made.seed(bootstrap.roles())
    return made


def request(method: str, path: str, body: Any = None, user: User | None = ADMIN, **headers: str) -> Request:
    sent = b"" if body is None else json.dumps(body).encode()
    return Request(
        method=method, path=path, body=sent, user=user, headers={"content-type": "application/json", **headers}
    )


def told(answer: Answer) -> Any:
    return json.loads(answer.body)
