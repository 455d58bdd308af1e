"""The API in memory as a program: `python -m tests.crash.simulated FOLDER` prints a kubeconfig, and serves."""

import asyncio
import random
import signal
import sys
import time
from pathlib import Path

import yaml

from dev.cluster.certificates import Certificate, issue
from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types
from fairlead.sim.front.front import Front
from fairlead.sim.front.tls import context

BOOKMARK_EVERY_S = 60.0
CERTIFICATES = (
    Certificate("server", "/CN=kube-apiserver", ("IP:127.0.0.1",)),
    Certificate("admin", "/O=system:masters/CN=admin"),
)


async def serve(folder: Path) -> None:
    """Serve until SIGTERM."""
    pki = folder / "pki"
    issue(pki, CERTIFICATES)
    server = Server(now_s=time.time, rng=random.Random(1), types=Types(), guard=Guards())
    server.seed(bootstrap.roles())
    front = Front(server.answer, time.time)
    address = await front.start(context(pki / "server.crt", pki / "server.key", pki / "ca.crt"))
    print(_kubeconfig(folder, address), flush=True)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    while not stopped.is_set():
        try:
            await asyncio.wait_for(stopped.wait(), BOOKMARK_EVERY_S)
        except TimeoutError:
            server.bookmark()
    await front.close()


def _kubeconfig(folder: Path, address: str) -> Path:
    pki = folder / "pki"
    file = folder / "kubeconfig"
    user = {"client-certificate": str(pki / "admin.crt"), "client-key": str(pki / "admin.key")}
    cluster = {"server": address, "certificate-authority": str(pki / "ca.crt")}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "simulated",
        "clusters": [{"name": "simulated", "cluster": cluster}],
        "users": [{"name": "admin", "user": user}],
        "contexts": [{"name": "simulated", "context": {"cluster": "simulated", "user": "admin"}}],
    }
    file.write_text(yaml.safe_dump(config))
    return file


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
