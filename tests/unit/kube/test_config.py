"""Which cluster is meant is found as kubectl finds it, and what cannot be honoured is said."""

import ssl
import subprocess

import pytest

from fairlead.kube import config
from fairlead.kube.config import ConfigError, load


@pytest.fixture(autouse=True)
def nothing_else(tmp_path, monkeypatch):
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    name = ("-subj", "/CN=test", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    subprocess.run(["openssl", "req", "-x509", *name, *files], check=True, capture_output=True)
    return folder


def kubeconfig(path, *, cluster="server: https://one.example:6443", user="token: abc", context="", current="c"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"""
current-context: {current}
contexts: [{{name: c, context: {{cluster: k, user: u, {context}}}}}]
clusters: [{{name: k, cluster: {{{cluster}}}}}]
users: [{{name: u, user: {{{user}}}}}]
""")
    return path


async def test_the_current_context_of_the_file_that_is_named_counts(tmp_path):
    found = load(kubeconfig(tmp_path / "config", context="namespace: shop"))

    assert (found.server, found.namespace) == ("https://one.example:6443", "shop")
    assert await found.credentials.headers() == {"Authorization": "Bearer abc"}


@pytest.mark.parametrize("context", ["", 'namespace: ""'])
def test_the_namespace_is_default_where_none_is_named(tmp_path, context):
    assert load(kubeconfig(tmp_path / "config", context=context)).namespace == "default"


def test_the_first_file_of_the_environment_that_names_a_thing_wins(tmp_path, monkeypatch):
    first = kubeconfig(tmp_path / "first")
    second = kubeconfig(tmp_path / "second", cluster="server: https://two.example", current="other")
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'missing'}:{first}:{second}")

    assert load().server == "https://one.example:6443"


def test_the_parts_of_a_context_may_stand_in_several_files(tmp_path, monkeypatch):
    (tmp_path / "first").write_text("{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}]}")
    rest = "{clusters: [{name: k, cluster: {server: 'http://there'}}], users: [{name: u, user: {}}]}"
    (tmp_path / "second").write_text(rest)
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'first'}:{tmp_path / 'second'}")

    assert load().server == "http://there"


def test_the_file_in_the_home_folder_is_the_last_resort(tmp_path):
    kubeconfig(tmp_path / "home" / ".kube" / "config")

    assert load().server == "https://one.example:6443"


def test_in_a_pod_its_service_account_counts(tmp_path, monkeypatch, certificate):
    monkeypatch.setattr(config, "IN_CLUSTER", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    (tmp_path / "ca.crt").write_text((certificate / "cert.pem").read_text())
    (tmp_path / "token").write_text("token")
    (tmp_path / "namespace").write_text("fairlead\n")

    found = load()
    named = load(kubeconfig(tmp_path / "config"))

    assert (found.server, found.namespace) == ("https://[fd00::1]:443", "fairlead")
    assert named.server == "https://one.example:6443", "what is named counts more"
    assert found.tls is not None
    assert found.tls.verify_mode is ssl.CERT_REQUIRED


def test_certificates_are_found_beside_the_file_that_names_them(tmp_path, certificate):
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_bytes((certificate / name).read_bytes())
    user = "client-certificate: cert.pem, client-key: key.pem"
    path = kubeconfig(
        tmp_path / "config", cluster="server: https://one.example, certificate-authority: cert.pem", user=user
    )

    tls = load(path).tls

    assert tls is not None
    assert [a["subject"] for a in tls.get_ca_certs()] == [((("commonName", "test"),),)]


def test_an_authority_without_a_key_identifier_is_trusted_if_it_is_named(tmp_path):
    tls = load(kubeconfig(tmp_path / "config")).tls

    assert tls is not None
    assert not tls.verify_flags & ssl.VERIFY_X509_STRICT


def test_a_server_is_verified_unless_the_file_says_not_to(tmp_path):
    unsafe = "server: https://one.example, insecure-skip-tls-verify: true"

    verified, not_verified = (
        load(kubeconfig(tmp_path / "1")).tls,
        load(kubeconfig(tmp_path / "2", cluster=unsafe)).tls,
    )

    assert verified is not None
    assert not_verified is not None
    assert (verified.verify_mode, verified.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (not_verified.verify_mode, not_verified.check_hostname) == (ssl.CERT_NONE, False)


async def test_a_token_in_a_file_counts_before_one_that_is_written_out(tmp_path):
    (tmp_path / "token").write_text("renewed")

    found = load(kubeconfig(tmp_path / "config", user="token: abc, tokenFile: token"))

    assert await found.credentials.headers() == {"Authorization": "Bearer renewed"}


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"user": "as: admin"}, "user u: as is not supported"),
        ({"user": "auth-provider: {name: gcp}"}, "user u: auth-provider is not supported"),
        ({"user": "username: me, password: secret"}, "user u: password is not supported"),
        ({"cluster": "server: https://a, proxy-url: http://proxy"}, "cluster k: proxy-url is not supported"),
        ({"cluster": "server: https://a, certificate-authority: missing.pem"}, "No such file.*missing.pem"),
        ({"cluster": "server: https://a, certificate-authority-data: bm9wZQ=="}, "SSLError"),
        ({"cluster": ""}, "the cluster of context c has no server"),
        ({"user": "exec: {apiVersion: v1}"}, "command"),
        ({"current": '""'}, "no current context: name one with --context"),
        ({"current": "d"}, "there is no context 'd'; there are: c"),
    ],
)
def test_what_cannot_be_honoured_is_said_with_the_file_that_says_it(tmp_path, parts, told):
    path = kubeconfig(tmp_path / "config", **parts)

    with pytest.raises(ConfigError, match=told) as error:
        load(path)

    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["{", "clusters: 3", "[1]"])
def test_a_file_that_is_no_kubeconfig_is_named(tmp_path, text):
    (tmp_path / "config").write_text(text)

    with pytest.raises(ConfigError, match=f"{tmp_path}/config: not a kubeconfig"):
        load(tmp_path / "config")


def test_no_file_at_all_says_where_one_was_looked_for(tmp_path):
    with pytest.raises(ConfigError, match=f"no kubeconfig at {tmp_path}/home/.kube/config: name one with"):
        load()
