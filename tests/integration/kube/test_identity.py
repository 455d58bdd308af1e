"""Who we are to a real API server, and who it is to us."""

import base64
import json
import random

import pytest
from msgspec import Struct

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.config import load
from fairlead.kube.errors import Unauthorized, Unavailable
from fairlead.kube.resource import Resource

SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts", "ServiceAccount")
REVIEWS = Resource("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", namespaced=False)


class User(Struct):
    username: str


class Status(Struct, rename="camel"):
    user_info: User


class Review(Struct):
    status: Status


@pytest.fixture
def kubeconfig(api_server, tmp_path):
    """Write a kubeconfig with another user, or another view of the same server."""

    def write(*, user=None, **cluster):
        config = json.loads(api_server.kubeconfig.read_text())
        config["clusters"][0]["cluster"].update(cluster)
        if user is not None:
            config["users"][0]["user"] = user
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(config))
        return path

    return write


async def who_am_i(client):
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    return (await verbs.create(client, REVIEWS, "", review, Review)).status.user_info.username


async def test_a_token_that_is_renewed_in_its_file_is_taken_up_when_the_old_one_is_refused(
    api_server, namespace, kubeconfig, tmp_path
):
    api_server.kubectl("create", "serviceaccount", "releaser", "-n", namespace)
    (tmp_path / "token").write_text("of yesterday")

    async with Client(load(kubeconfig(user={"tokenFile": "token"})), random.Random(1)) as client:
        with pytest.raises(Unauthorized):
            await who_am_i(client)
        (tmp_path / "token").write_text(api_server.kubectl("create", "token", "releaser", "-n", namespace))

        assert await who_am_i(client) == f"system:serviceaccount:{namespace}:releaser"


async def test_a_server_is_known_by_the_name_that_the_kubeconfig_says(kubeconfig):
    path = kubeconfig(**{"tls-server-name": "kubernetes.default.svc"})

    async with Client(load(path), random.Random(1)) as client:
        assert await who_am_i(client) == "admin"


async def test_a_server_of_another_name_is_not_spoken_to(kubeconfig):
    path = kubeconfig(**{"tls-server-name": "somebody.else"})

    async with Client(load(path), random.Random(1)) as client:
        with pytest.raises(Unavailable, match=r"somebody\.else"):
            await who_am_i(client)


async def test_a_server_of_another_authority_is_not_spoken_to(kubeconfig):
    path = kubeconfig()
    config = json.loads(path.read_text())
    del config["clusters"][0]["cluster"]["certificate-authority-data"]
    path.write_text(json.dumps(config))

    async with Client(load(path), random.Random(1)) as client:
        with pytest.raises(Unavailable, match="certificate verify failed"):
            await who_am_i(client)


async def test_keys_and_certificates_may_be_files(kubeconfig, tmp_path, api_server):
    user = json.loads(api_server.kubeconfig.read_text())["users"][0]["user"]
    for name in ("client-certificate", "client-key"):
        (tmp_path / name).write_bytes(base64.b64decode(user[f"{name}-data"]))
    path = kubeconfig(user={name: name for name in ("client-certificate", "client-key")})

    async with Client(load(path), random.Random(1)) as client:
        assert await who_am_i(client) == "admin"
