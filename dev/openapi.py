"""Takes the description of the built-in kinds from a real API server, for the simulated one.

    python3 -m dev.openapi KUBECONFIG

writes src/fairlead/sim/api/types/openapi.json.gz: the version, discovery and columns as the server answers them, one
merged table of the schemas of all groups, and what the Go types say beyond them. Run it after the pinned version of
Kubernetes has moved.
"""

import argparse
import base64
import gzip
import json
import ssl
from http import HTTPStatus
from http.client import HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from dev.go_types import fields_of

TARGET = Path(__file__).parents[1] / "src/fairlead/sim/api/types/openapi.json.gz"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
# What the simulated server does not serve: it has no devices, issues no certificates and aggregates no other servers.
LEFT_OUT = {
    "apiregistration.k8s.io",
    "certificates.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "node.k8s.io",
    "resource.k8s.io",
}


class Server:
    """Reads from one API server, as its administrator."""

    def __init__(self, kubeconfig: Path) -> None:
        config = yaml.safe_load(kubeconfig.read_text())
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        with TemporaryDirectory() as folder:
            certificate = Path(folder, "certificate")
            certificate.write_bytes(
                base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"])
            )
            context.load_cert_chain(certificate)
        self._connection = HTTPSConnection(cluster["server"].removeprefix("https://"), context=context)

    def get(self, path: str, accept: str = "application/json") -> dict[str, Any]:
        """The document at a path."""
        self._connection.request("GET", path, headers={"Accept": accept})
        answer = self._connection.getresponse()
        document: dict[str, Any] = json.loads(answer.read())
        assert answer.status == HTTPStatus.OK, document
        return document


def columns(server: Server, place: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """By kind: the columns in which the server prints it."""
    return {
        resource["kind"]: server.get(f"{place}/{resource['name']}", TABLE)["columnDefinitions"]
        for resource in resources
        if "list" in resource["verbs"]
    }


def take(server: Server) -> dict[str, Any]:
    """Everything that is kept, in one document."""
    groups = [group for group in server.get("/apis")["groups"] if group["name"] not in LEFT_OUT]
    places = {"v1": "/api/v1"}
    for group in groups:
        places |= {version["groupVersion"]: f"/apis/{version['groupVersion']}" for version in group["versions"]}
    schemas: dict[str, Any] = {}
    for place in places.values():
        for name, schema in server.get(f"/openapi/v3{place}")["components"]["schemas"].items():
            assert schemas.setdefault(name, schema) == schema, f"{name} differs in {place}"
    resources = {name: server.get(place)["resources"] for name, place in places.items()}
    return {
        "version": server.get("/version"),
        "groups": groups,
        "resources": resources,
        "columns": {name: columns(server, place, resources[name]) for name, place in places.items()},
        "schemas": dict(sorted(schemas.items())),
        "fields": fields_of(sorted(schemas)),
    }


def main() -> None:
    """Writes the file; the same server always gives the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kubeconfig", type=Path)
    document = take(Server(parser.parse_args().kubeconfig))
    TARGET.write_bytes(gzip.compress(json.dumps(document, separators=(",", ":")).encode(), mtime=0))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(document['schemas'])} schemas")


if __name__ == "__main__":
    main()
