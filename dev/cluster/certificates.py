"""The keys and certificates of one cluster, made by openssl. Nothing else on the machine trusts them."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

_DAYS = "3650"
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Certificate:
    """A certificate to be issued. With `names` (openssl's subjectAltName entries) it is one for a server."""

    file: str
    subject: str
    names: tuple[str, ...] = ()
    issuer: str = "ca"


def _openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def _authority(name: str, folder: Path) -> None:
    _openssl(
        *("req", "-x509", *_NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", _DAYS),
        *("-subj", f"/CN={name}", "-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"),
        folder=folder,
    )


def _issue(certificate: Certificate, folder: Path) -> None:
    extensions = [
        "basicConstraints=critical,CA:FALSE",
        "keyUsage=critical,digitalSignature",
        f"extendedKeyUsage={'serverAuth' if certificate.names else 'clientAuth'}",
    ]
    if certificate.names:
        extensions.append("subjectAltName=" + ",".join(certificate.names))
    _openssl(
        *("req", "-x509", "-CA", f"{certificate.issuer}.crt", "-CAkey", f"{certificate.issuer}.key", *_NEW_KEY),
        *("-keyout", f"{certificate.file}.key", "-out", f"{certificate.file}.crt", "-days", _DAYS),
        *("-subj", certificate.subject),
        *(argument for extension in extensions for argument in ("-addext", extension)),
        folder=folder,
    )


def issue(folder: Path, certificates: Sequence[Certificate]) -> None:
    """Fills `folder`: authorities `ca` and `front-proxy-ca`, `certificates`, the service accounts' key `sa.key`.

    The folder is complete or not there; one that is there is left as it is.
    """
    if folder.exists():
        return
    unfinished = folder.with_name(folder.name + ".unfinished")
    rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    for authority in ("ca", "front-proxy-ca"):
        _authority(authority, unfinished)
    for certificate in certificates:
        _issue(certificate, unfinished)
    # In the traditional form, of which Kubernetes reads the public half as well.
    _openssl(*("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sa.key"), folder=unfinished)
    unfinished.rename(folder)
