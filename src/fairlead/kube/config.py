"""Which cluster, and as whom: a kubeconfig, or the service account of the pod we run in."""

import base64
import os
import ssl
import tempfile
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from msgspec import Struct

from fairlead.kube.credentials import Credentials, Exec, TokenFile

#: Settings that change who we are or which way we go: to pass over them in silence would be wrong.
NOT_HONOURED = ("as", "auth-provider", "password", "proxy-url")
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


class _Named(Struct):
    name: str
    cluster: dict[str, Any] | None = None
    user: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class _Kubeconfig(Struct, rename={"current_context": "current-context"}):
    current_context: str = ""
    clusters: list[_Named] | None = None
    users: list[_Named] | None = None
    contexts: list[_Named] | None = None


class _Part(Struct):
    """A cluster, a user or a context, and where it stands: paths in it are relative to its file."""

    path: Path
    values: dict[str, Any]

    def bytes(self, name: str) -> bytes | None:
        """Return the content of a value that is given as `name-data`, or as a file."""
        if self.values.get(f"{name}-data"):
            return base64.b64decode(self.values[f"{name}-data"])
        return (self.path.parent / self.values[name]).read_bytes() if self.values.get(name) else None


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
    try:
        return _resolve(found, context)
    except (KeyError, OSError, ValueError) as error:
        raise ConfigError(f"{found[0][0]}: {type(error).__name__}: {error}") from error


def in_cluster() -> ClusterConfig:
    """Return the configuration of the pod we run in."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    host = f"[{host}]" if ":" in host else host
    return ClusterConfig(
        server=f"https://{host}:{port}",
        tls=_trusting((IN_CLUSTER / "ca.crt").read_text()),
        credentials=TokenFile(IN_CLUSTER / "token"),
        namespace=(IN_CLUSTER / "namespace").read_text().strip(),
    )


def _read(path: Path) -> _Kubeconfig:
    try:
        return msgspec.convert(yaml.safe_load(path.read_text()) or {}, _Kubeconfig)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: not a kubeconfig: {error}") from error


def _resolve(found: list[tuple[Path, _Kubeconfig]], context: str | None) -> ClusterConfig:
    # The first file that names a thing wins, as in kubectl.
    name = context or next((c.current_context for _, c in found if c.current_context), "")
    if not name:
        raise ConfigError(f"{found[0][0]}: no current context: name one with --context")
    chosen = _part(found, "context", name)
    cluster = _part(found, "cluster", str(chosen.values.get("cluster", "")))
    user = _part(found, "user", str(chosen.values.get("user", "")))
    server = cluster.values.get("server", "")
    if not server:
        raise ConfigError(f"{cluster.path}: the cluster of context {name} has no server")
    return ClusterConfig(
        server=server.rstrip("/"),
        tls=_tls(cluster, user) if server.startswith("https") else None,
        server_name=cluster.values.get("tls-server-name"),
        credentials=_credentials(user),
        namespace=chosen.values.get("namespace") or "default",
    )


def _part(found: list[tuple[Path, _Kubeconfig]], what: Literal["context", "cluster", "user"], name: str) -> _Part:
    for path, config in found:
        for one in getattr(config, f"{what}s") or ():
            if one.name == name:
                values = getattr(one, what) or {}
                refused = sorted(setting for setting in NOT_HONOURED if values.get(setting))
                if refused:
                    raise ConfigError(f"{path}: {what} {name}: {refused[0]} is not supported")
                return _Part(path, values)
    known = sorted({one.name for _, config in found for one in getattr(config, f"{what}s") or ()})
    raise ConfigError(f"{found[0][0]}: there is no {what} {name!r}; there are: {', '.join(known) or 'none'}")


def _trusting(authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authorities)
    # Python 3.13 refuses authorities without a key identifier, and many clusters have such a one.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _tls(cluster: _Part, user: _Part) -> ssl.SSLContext:
    authorities = cluster.bytes("certificate-authority")
    context = _trusting(authorities.decode() if authorities else None)
    if cluster.values.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate, key = user.bytes("client-certificate"), user.bytes("client-key")
    if certificate is not None and key is not None:
        # ssl takes a certificate and its key from files only; the file is readable by us alone and gone at once.
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate + b"\n" + key)
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _credentials(user: _Part) -> Credentials:
    if user.values.get("tokenFile"):
        return TokenFile(user.path.parent / user.values["tokenFile"])
    if user.values.get("token") or not user.values.get("exec"):
        return Credentials(user.values.get("token", ""))
    plugin = user.values["exec"]
    # As a path it is relative to the kubeconfig; as a name it is looked for on PATH.
    program = str(user.path.parent / plugin["command"]) if os.sep in plugin["command"] else plugin["command"]
    env = {e["name"]: e["value"] for e in plugin.get("env") or ()}
    return Exec([program, *(plugin.get("args") or ())], env, plugin["apiVersion"], plugin.get("installHint") or "")
