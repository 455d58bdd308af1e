"""An unchanged kubectl: the same session with both servers, the simulated one behind its front."""

import asyncio
import difflib
import json
import os
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dev.cluster import programs
from fairlead.sim.front.front import Front
from fairlead.sim.front.tls import context
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated

PATIENCE_S = 60.0
# What differs from run to run: times, ages, uids, versions, files and addresses.
CHOSEN = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\dZ+ ]*"), "<time>"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000"), "<time>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "<uid>"),
    (re.compile(r'resourceVersion: "\d+"'), "<version>"),
    (re.compile(r"/tmp/[\w./-]+"), "<file>"),
    (re.compile(r"10\.96\.\d+\.\d+"), "<ip>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<server>"),
    (re.compile(r"(?<= )\d+m?s\b"), "<age>"),
    (re.compile(r" {2,}|\t"), "  "),
    (re.compile(r"X509SHA256=\w+"), "<certificate>"),
)
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "i:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {k: v}
"""
CHANGED = MANIFEST.replace("k: v", "k: w").replace("i:1", "i:2")
SESSIONS = {
    "apply": (
        *("apply -f -", "apply -f -", "get deploy,svc,cm", "get deploy web -o wide", "get deploy web -o yaml"),
        *("describe deploy web", "describe cm settings", "get cm settings -o jsonpath={.data}"),
        *("diff -f CHANGED", "apply -f CHANGED", "apply --server-side -f CHANGED", "apply --server-side -f MANIFEST"),
        *("apply --server-side --force-conflicts -f MANIFEST", "delete -f CHANGED", "get all"),
    ),
    "change": (
        *("create configmap a --from-literal=k=v", "label cm a x=y", "label cm a x=z", "annotate cm a n=1"),
        *('patch cm a --type merge -p {"data":{"l":"1"}}', "edit cm a", "get cm a -o yaml", "get cm -l x=y"),
        *('patch cm a --type json -p [{"op":"test","path":"/data/k","value":"no"}]', "get cm -o name"),
        *("create secret generic s --from-literal=a=b", "describe secret s", "create sa z", "delete cm a", "get cm a"),
    ),
    "rollout": (
        *("create deployment x --image=y:1", "scale deploy x --replicas=3", "set image deploy/x y=y:2"),
        *("rollout history deploy x", "rollout status deploy x --timeout=1s", "rollout pause deploy x"),
        *("wait --for=jsonpath={.spec.replicas}=3 deploy/x --timeout=5s", "expose deploy x --port=80"),
        *("wait --for=condition=Available deploy/x --timeout=1s", "autoscale deploy x --max=3", "get hpa,svc"),
    ),
    "rights": (
        *("auth can-i get pods", "auth can-i get pods --as=alice", "create role r --verb=get --resource=pods"),
        *("create rolebinding r --role=r --user=alice", "get role,rolebinding", "describe role r", "auth whoami"),
        *("get pods --as=bob", "get pods --as=bob --as-group=system:masters"),
    ),
    "explore": (
        *(
            "version",
            "explain deployment.spec.strategy",
            "explain pod.spec.containers.name",
            "get pods",
            "get nothings",
        ),
        *("run p --image=y", "get pods", "describe pod p", "get pod p -o wide", "delete pod p --now"),
        *("get events", "create job j --image=y", "get jobs", "describe job j", "get ns kube-system"),
    ),
}


@pytest.fixture
async def front(servers: tuple[Real, Simulated], kubeconfig: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """The simulated server over HTTPS, and a kubeconfig for it."""
    pki = kubeconfig.parent / "pki"
    front = Front(servers[1].server.answer, time.time)
    url = await front.start(context(pki / "apiserver.crt", pki / "apiserver.key", pki / "ca.crt"))
    yield await asyncio.to_thread(redirected, kubeconfig, tmp_path / "kubeconfig", url)
    await front.close()


def redirected(kubeconfig: Path, to: Path, url: str) -> Path:
    """The same kubeconfig, for another server."""
    config = json.loads(kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = url
    to.write_text(json.dumps(config))
    return to


def furnish(homes: list[Path]) -> None:
    """The files that sessions speak of."""
    for home in homes:
        home.mkdir()
        (home / "MANIFEST").write_text(MANIFEST)
        (home / "CHANGED").write_text(CHANGED)


async def kubectl(kubeconfig: Path, home: Path, command: str) -> str:
    """What it prints, and how it ends."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "KUBECONFIG": str(kubeconfig),
        "KUBE_EDITOR": "sed -i s/v$/z/",
    }
    process = await asyncio.create_subprocess_exec(
        programs.kubernetes() / "kubectl",
        *command.split(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=home,
        env=environment,
    )
    told, _ = await asyncio.wait_for(process.communicate(MANIFEST.encode()), PATIENCE_S)
    text = told.decode()
    for pattern, name in CHOSEN:
        text = pattern.sub(name, text)
    return f"$ kubectl {command}\n{text}(exit {process.returncode})\n"


@pytest.mark.parametrize("session", SESSIONS)
async def test_an_unchanged_kubectl_sees_no_difference(
    session: str, front: Path, kubeconfig: Path, tmp_path: Path
) -> None:
    homes = [tmp_path / "real", tmp_path / "simulated"]
    await asyncio.to_thread(furnish, homes)
    differences: list[str] = []
    namespace = f"kubectl-{session}"
    for command in (f"create ns {namespace}", *(f"{each} -n {namespace}" for each in SESSIONS[session])):
        real, simulated = await asyncio.gather(
            kubectl(kubeconfig, homes[0], command), kubectl(front, homes[1], command)
        )
        if real != simulated:
            lines = difflib.unified_diff(real.splitlines(), simulated.splitlines(), "real", "simulated", "", "", 1)
            differences.append("\n".join([f"$ kubectl {command}", *lines]))
    assert not differences, "\n\n".join(differences)
