"""Which cluster, and as whom: a kubeconfig, or the service account of the pod we run in."""

import base64
import os
import ssl
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from fairlead.kube.credentials import Anonymous, Credentials, Exec, Token, TokenFile

IN_CLUSTER = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class ConfigError(Exception):
    """There is no usable configuration. The message says what to do about it."""


class ClusterConfig(Struct, frozen=True, kw_only=True):
    """One cluster, and how to reach it."""

    server: str
    tls: ssl.SSLContext | None
    """None for a server without TLS."""
    server_name: str | None = None
    credentials: Credentials
    namespace: str = "default"
    name: str = ""
    """The name of the context."""


class _Named(Struct):
    name: str
    cluster: dict[str, Any] = {}
    user: dict[str, Any] = {}
    context: dict[str, Any] = {}


class _Kubeconfig(Struct, rename={"current_context": "current-context"}):
    current_context: str = ""
    clusters: list[_Named] | None = None
    users: list[_Named] | None = None
    contexts: list[_Named] | None = None


def load(kubeconfig: Path | None = None, context: str | None = None) -> ClusterConfig:
    """Load the configuration as kubectl does: the file named, else $KUBECONFIG, else the pod's, else ~/.kube/config.

    Raises ConfigError where there is none, or it does not hold together.
    """
    paths = [kubeconfig] if kubeconfig else [Path(p) for p in os.environ.get("KUBECONFIG", "").split(os.pathsep) if p]
    if not paths and context is None and "KUBERNETES_SERVICE_HOST" in os.environ and (IN_CLUSTER / "token").exists():
        return in_cluster()
    paths = paths or [Path.home() / ".kube" / "config"]
    found = [(p, _read(p)) for p in paths if p.exists()]
    if not found:
        raise ConfigError(f"no kubeconfig at {', '.join(map(str, paths))}: name one with --kubeconfig or $KUBECONFIG")
    return _resolve(found, context)


def in_cluster() -> ClusterConfig:
    """Return the configuration of the pod we run in."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    host = f"[{host}]" if ":" in host else host
    return ClusterConfig(
        server=f"https://{host}:{port}",
        tls=ssl.create_default_context(cafile=str(IN_CLUSTER / "ca.crt")),
        credentials=TokenFile(IN_CLUSTER / "token"),
        namespace=(IN_CLUSTER / "namespace").read_text().strip(),
        name="in-cluster",
    )


def _read(path: Path) -> _Kubeconfig:
    try:
        return msgspec.convert(yaml.safe_load(path.read_text()) or {}, _Kubeconfig)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: not a kubeconfig: {error}") from error


def _resolve(found: list[tuple[Path, _Kubeconfig]], context: str | None) -> ClusterConfig:
    # The first file that names a thing wins, as in kubectl.
    name = context or next((c.current_context for _, c in found if c.current_context), "")
    if not name:
        raise ConfigError(f"{found[0][0]}: no current context: name one with --context")
    chosen, _ = _named(found, "contexts", name)
    cluster, cluster_path = _named(found, "clusters", str(chosen.context.get("cluster", "")))
    user, user_path = _named(found, "users", str(chosen.context.get("user", "")))
    server = cluster.cluster.get("server", "")
    return ClusterConfig(
        server=server.rstrip("/"),
        tls=_tls(cluster.cluster, cluster_path, user.user, user_path) if server.startswith("https") else None,
        server_name=cluster.cluster.get("tls-server-name"),
        credentials=_credentials(user.user, user_path),
        namespace=chosen.context.get("namespace", "default"),
        name=name,
    )


def _named(found: list[tuple[Path, _Kubeconfig]], what: str, name: str) -> tuple[_Named, Path]:
    for path, config in found:
        for one in getattr(config, what) or ():
            if one.name == name:
                return one, path
    known = sorted({one.name for _, config in found for one in getattr(config, what) or ()})
    raise ConfigError(f"{found[0][0]}: {what}: there is no {name!r}; there are: {', '.join(known) or 'none'}")


def _tls(cluster: dict[str, Any], cluster_path: Path, user: dict[str, Any], user_path: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority = _bytes(cluster, "certificate-authority", cluster_path)
    if authority is not None:
        context = ssl.create_default_context(cadata=authority.decode())
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate, key = _bytes(user, "client-certificate", user_path), _bytes(user, "client-key", user_path)
    if certificate is not None and key is not None:
        # ssl takes a certificate and its key from files only; the file is readable by us alone and gone at once.
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate + b"\n" + key)
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _bytes(values: dict[str, Any], name: str, path: Path) -> bytes | None:
    if values.get(f"{name}-data"):
        return base64.b64decode(values[f"{name}-data"])
    return (path.parent / values[name]).read_bytes() if values.get(name) else None


def _credentials(user: dict[str, Any], path: Path) -> Credentials:
    if "exec" in user:
        plugin = user["exec"]
        env = {e["name"]: e["value"] for e in plugin.get("env") or ()}
        return Exec([plugin["command"], *(plugin.get("args") or ())], env, plugin["apiVersion"])
    if user.get("token"):
        return Token(user["token"])
    if user.get("tokenFile"):
        return TokenFile(path.parent / user["tokenFile"])
    return Anonymous()
