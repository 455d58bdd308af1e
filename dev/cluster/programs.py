"""The programs of the cluster, each pinned by a Go module beside this file, built once and kept.

Each function returns the folder with what it names, and builds it first when it is not there.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from dev.cluster.cache import digest, kept
from dev.cluster.golang import ENVIRONMENT, build

_HERE = Path(__file__).parent
# The programs inside the one Kubernetes binary, which looks at the name it was called by.
_KUBERNETES_NAMES = (
    *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"),
)


def _version(module: Path, dependency: str) -> str:
    """The version that the module's go.mod pins."""
    pinned = re.search(
        rf"^(?:require)?\s*{re.escape(dependency)} (v\S+)", (module / "go.mod").read_text(), re.MULTILINE
    )
    assert pinned, f"{module}/go.mod requires {dependency}"
    return pinned[1]


def _inputs(module: Path, *more: str) -> str:
    return digest([*(path.read_bytes() for path in sorted(module.iterdir())), *(text.encode() for text in more)])


def kubernetes() -> Path:
    """etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy, kubectl."""
    module = _HERE / "kubernetes"
    version = _version(module, "k8s.io/kubernetes")
    major, minor, _ = version.removeprefix("v").split(".")
    stamps = {
        "gitVersion": version,
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "archive",
        "gitCommit": "none",
        "buildDate": "1970-01-01T00:00:00Z",
    }
    # Without the stamps /version is wrong, and charts with a kubeVersion refuse the cluster.
    settings = [
        f"{package}.{key}={value}"
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
        for key, value in stamps.items()
    ]

    def make(folder: Path) -> None:
        build(f"Kubernetes {version}", module, ".", folder / "kubernetes", settings)
        for name in _KUBERNETES_NAMES:
            (folder / name).symlink_to("kubernetes")

    return kept(f"kubernetes-{version}-{_inputs(module, *settings)}", make)


def traefik() -> Path:
    """The gateway: `traefik`."""
    module, package = _HERE / "traefik", "github.com/traefik/traefik/v3"
    version = _version(module, package)
    settings = [f"{package}/pkg/version.Version={version}"]

    def make(folder: Path) -> None:
        build(f"Traefik {version}", module, f"{package}/cmd/traefik", folder / "traefik", settings)

    return kept(f"traefik-{version}-{_inputs(module, *settings)}", make)


def pause() -> Path:
    """The process that holds a pod's namespaces: `pause`."""
    module = _HERE / "pause"

    def make(folder: Path) -> None:
        build("pause", module, ".", folder / "pause", [])

    return kept(f"pause-{_inputs(module)}", make)


def gateway_api() -> Path:
    """The definitions of the Gateway API (standard channel), of the version that Traefik is built with."""
    module, dependency = _HERE / "traefik", "sigs.k8s.io/gateway-api"
    version = _version(module, dependency)

    def make(folder: Path) -> None:
        download = subprocess.run(
            ["go", "mod", "download", "-json", dependency],
            cwd=module,
            env=ENVIRONMENT,
            check=True,
            stdout=subprocess.PIPE,
        )
        for path in Path(json.loads(download.stdout)["Dir"], "config/crd/standard").glob("gateway*.yaml"):
            shutil.copyfile(path, folder / path.name)

    return kept(f"gateway-api-{version}", make)


ALL = {"gateway-api": gateway_api, "kubernetes": kubernetes, "pause": pause, "traefik": traefik}
