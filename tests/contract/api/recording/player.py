"""What controllers do while a client waits: every Deployment has its ReplicaSet and is available, every Job is done."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fairlead.kube.config import load
from fairlead.kube.https import Https
from tests.crash.api import Api, Object, Refused

REVISION = "deployment.kubernetes.io/revision"
THEN = "2026-01-01T00:00:00Z"
#: Somebody else changed or removed it meanwhile: the next event tells.
MOVED_ON = frozenset({404, 409})


@asynccontextmanager
async def playing(kubeconfig: Path, namespace: str) -> AsyncIterator[None]:
    """Play in a namespace."""
    transport = Https(load(kubeconfig))
    task = asyncio.create_task(_play(Api(transport), namespace))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await transport.close()


async def _play(api: Api, namespace: str) -> None:
    async with asyncio.TaskGroup() as group:
        for kind, act in (("deployments", _roll_out), ("jobs", _finish), ("pods", _end)):
            group.create_task(_follow(api, namespace, kind, act))


async def _follow(api: Api, namespace: str, kind: str, act) -> None:
    played: dict[str, int] = {}
    async for found in api.follow(kind, namespace):
        for o in list(found.values()):
            uid, generation = o["metadata"]["uid"], o["metadata"].get("generation", 0)
            if played.get(uid) == generation:
                continue
            played[uid] = generation
            try:
                await act(api, namespace, o)
            except Refused as refused:
                if refused.status not in MOVED_ON:
                    raise


async def _roll_out(api: Api, namespace: str, deployment: Object) -> None:
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    digest = hashlib.sha256(json.dumps(spec["template"], sort_keys=True).encode()).hexdigest()[:10]
    own = [rs for rs in await api.list("replicasets", namespace) if _owner(rs) == deployment["metadata"]["uid"]]
    revision = str(1 + max((int(rs["metadata"]["annotations"][REVISION]) for rs in own), default=0))
    if f"{name}-{digest}" not in {rs["metadata"]["name"] for rs in own}:
        await api.create("replicasets", namespace, _replica_set(deployment, digest, revision))
        await api.patch("deployments", namespace, name, {"metadata": {"annotations": {REVISION: revision}}})
    count = spec["replicas"]
    status = {
        "observedGeneration": deployment["metadata"]["generation"],
        **dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), count),
        "conditions": [
            _condition("Available", "MinimumReplicasAvailable"),
            _condition("Progressing", "NewReplicaSetAvailable"),
        ],
    }
    await api.patch("deployments", namespace, name, {"status": status}, "status")


def _replica_set(deployment: Object, digest: str, revision: str) -> Object:
    metadata, spec = deployment["metadata"], deployment["spec"]
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": metadata["name"], "uid": metadata["uid"]}
    hashed = {"pod-template-hash": digest}
    labels = {**spec["template"]["metadata"]["labels"], **hashed}
    return {
        "metadata": {
            "name": f"{metadata['name']}-{digest}",
            "labels": labels,
            "annotations": {REVISION: revision},
            "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
        },
        "spec": {
            "replicas": spec["replicas"],
            "selector": {"matchLabels": {**spec["selector"]["matchLabels"], **hashed}},
            "template": {**spec["template"], "metadata": {"labels": labels}},
        },
    }


def _owner(o: Object) -> str:
    return next((r["uid"] for r in o["metadata"].get("ownerReferences", ())), "")


async def _finish(api: Api, namespace: str, job: Object) -> None:
    conditions = [_condition("SuccessCriteriaMet", "CompletionsReached"), _condition("Complete", "CompletionsReached")]
    status = {"startTime": THEN, "completionTime": THEN, "succeeded": 1, "conditions": conditions}
    await api.patch("jobs", namespace, job["metadata"]["name"], {"status": status}, "status")


async def _end(api: Api, namespace: str, pod: Object) -> None:
    await api.patch("pods", namespace, pod["metadata"]["name"], {"status": {"phase": "Succeeded"}}, "status")


def _condition(type_: str, reason: str) -> Object:
    return {"type": type_, "status": "True", "reason": reason, "message": "", "lastTransitionTime": THEN}
