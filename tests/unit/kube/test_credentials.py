"""Who we are is renewed in time, and once."""

import asyncio
import os
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.json import decode as json_of

from fairlead.kube import verbs
from fairlead.kube.config import load
from fairlead.kube.credentials import Exec, NoCredentials, TokenFile
from fairlead.kube.errors import Unauthorized
from fairlead.kube.resource import Resource
from tests.unit.kube.server import asked_of, json, refusal

PODS = Resource("", "v1", "pods", "Pod")
V1 = "client.authentication.k8s.io/v1"


def accepting(*tokens: str):
    async def answer(request):
        ok = request.headers.get("Authorization") in {f"Bearer {t}" for t in tokens}
        return json({}) if ok else refusal(401, "Unauthorized")

    return answer


async def get(client):
    return await verbs.get(client, PODS, "shop", "front", dict)


class Plugin:
    """A credential plugin: a program that counts how often it is asked, and gives a new token each time."""

    def __init__(self, folder, *, status: str = "{'token': f'token-{n}'}", then: str = "") -> None:
        self._folder = folder
        self.program = folder / "plugin"
        self.program.write_text(
            f"#!{sys.executable}\n"
            + textwrap.dedent(f"""
                import json, os, pathlib, sys, time
                count = pathlib.Path({str(folder / "count")!r})
                n = int(count.read_text()) + 1 if count.exists() else 1
                count.write_text(str(n))
                pathlib.Path({str(folder / "told")!r}).write_text(os.environ["KUBERNETES_EXEC_INFO"])
                assert sys.stdin.read() == ""
                {then or "pass"}
                print(json.dumps({{"apiVersion": {V1!r}, "kind": "ExecCredential", "status": {status}}}))
            """)
        )
        self.program.chmod(0o755)

    @property
    def times_asked(self) -> int:
        return int((self._folder / "count").read_text())

    @property
    def told(self) -> Any:
        """What it was told."""
        return json_of((self._folder / "told").read_bytes())

    def credentials(self) -> Exec:
        return Exec([str(self.program)], {}, V1)


async def test_a_token_that_was_renewed_in_its_file_is_used_when_the_old_one_is_refused(tmp_path):
    file = tmp_path / "token"
    file.write_text("old\n")

    async with asked_of(accepting("new"), TokenFile(file)) as (server, client):
        with pytest.raises(Unauthorized):
            await get(client)
        file.write_text("new\n")
        await get(client)

    assert server.asked[-1].headers["Authorization"] == "Bearer new"


async def test_a_token_file_is_read_again_after_a_while(tmp_path, monkeypatch):
    file = tmp_path / "token"
    file.write_text("old")
    monkeypatch.setattr(TokenFile, "REREAD_AFTER_S", 0.0)

    async with asked_of(accepting("old", "new"), TokenFile(file)) as (server, client):
        await get(client)
        file.write_text("new")
        await get(client)

    assert [a.headers["Authorization"] for a in server.asked] == ["Bearer old", "Bearer new"]


async def test_a_token_file_that_cannot_be_read_leaves_the_token_that_it_had(tmp_path, monkeypatch):
    file = tmp_path / "token"
    file.write_text("old")
    monkeypatch.setattr(TokenFile, "REREAD_AFTER_S", 0.0)

    async with asked_of(accepting("old"), TokenFile(file)) as (_, client):
        await get(client)
        file.unlink()
        await get(client)


async def test_a_token_file_that_is_empty_for_a_moment_leaves_the_token_that_it_had(tmp_path, monkeypatch):
    file = tmp_path / "token"
    file.write_text("old")
    monkeypatch.setattr(TokenFile, "REREAD_AFTER_S", 0.0)

    async with asked_of(accepting("old", "new"), TokenFile(file)) as (server, client):
        for token in ("old", "", "new"):
            file.write_text(token)
            await get(client)

    assert [a.headers["Authorization"] for a in server.asked] == ["Bearer old", "Bearer old", "Bearer new"]


async def test_a_token_file_that_never_was_is_an_error_that_names_it(tmp_path):
    async with asked_of(accepting(), TokenFile(tmp_path / "token")) as (server, client):
        with pytest.raises(NoCredentials, match=str(tmp_path / "token")):
            await get(client)

    assert server.asked == []


async def test_a_plugin_is_asked_once_however_many_requests_need_it(tmp_path):
    plugin = Plugin(tmp_path)

    async with asked_of(accepting("token-1"), plugin.credentials()) as (_, client):
        await asyncio.gather(*(get(client) for _ in range(10)))
        await get(client)

    assert plugin.times_asked == 1


async def test_a_plugin_is_asked_once_more_however_many_requests_were_refused(tmp_path):
    plugin = Plugin(tmp_path)

    async with asked_of(accepting("token-2"), plugin.credentials()) as (_, client):
        await asyncio.gather(*(get(client) for _ in range(10)))

    assert plugin.times_asked == 2


async def test_a_plugin_is_asked_again_before_its_token_expires(tmp_path):
    soon = (datetime.now(UTC) + timedelta(seconds=20)).isoformat()
    late = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    status = f"{{'token': f'token-{{n}}', 'expirationTimestamp': {soon!r} if n == 1 else {late!r}}}"
    plugin = Plugin(tmp_path, status=status)

    async with asked_of(accepting("token-1", "token-2"), plugin.credentials()) as (_, client):
        for _ in range(3):
            await get(client)

    assert plugin.times_asked == 2


async def test_a_plugin_that_a_kubeconfig_names_is_found_beside_it_and_told_what_to_answer(tmp_path):
    plugin = Plugin(tmp_path)
    (tmp_path / "kubeconfig").write_text(f"""
        current-context: c
        contexts: [{{name: c, context: {{cluster: k, user: u}}}}]
        clusters: [{{name: k, cluster: {{server: "http://there.example"}}}}]
        users: [{{name: u, user: {{exec: {{apiVersion: {V1}, command: ./plugin}}}}}}]
    """)

    headers = await load(tmp_path / "kubeconfig").credentials.headers()

    assert headers == {"Authorization": "Bearer token-1"}
    assert plugin.told == {"apiVersion": V1, "kind": "ExecCredential", "spec": {"interactive": False}}


async def test_a_refusal_that_comes_late_does_not_take_away_what_was_renewed_meanwhile(tmp_path):
    plugin = Plugin(tmp_path)
    both_are_there, renewed = asyncio.Event(), asyncio.Event()

    async def answer(request):
        if request.headers["Authorization"] == "Bearer token-2":
            renewed.set()
            return json({})
        if len(server.asked) == 2:
            both_are_there.set()
            await renewed.wait()
        await both_are_there.wait()
        return refusal(401, "Unauthorized")

    async with asked_of(answer, plugin.credentials()) as (server, client):
        await asyncio.wait_for(asyncio.gather(get(client), get(client)), 10)

    assert plugin.times_asked == 2


async def test_a_plugin_cannot_ask_on_the_terminal(tmp_path):
    mine, terminal = os.dup(0), os.pipe()
    os.dup2(terminal[0], 0)
    try:
        # It reads to the end of its input: of one that is open it would wait for ever.
        headers = await asyncio.wait_for(Plugin(tmp_path).credentials().headers(), 10)
    finally:
        os.dup2(mine, 0)
        for file in (mine, *terminal):
            os.close(file)

    assert headers == {"Authorization": "Bearer token-1"}


@pytest.mark.parametrize(
    ("plugin", "told"),
    [
        ({"then": "sys.exit('not logged in')"}, "failed with exit code 1: not logged in"),
        ({"then": "print('hello')"}, "gave no credential: JSON is malformed"),
        ({"status": "{'clientCertificateData': 'x'}"}, "client certificates of plugins are not supported"),
    ],
)
async def test_a_plugin_that_gives_no_token_is_an_error_that_says_why(tmp_path, plugin, told):
    asked = Plugin(tmp_path, **plugin)

    async with asked_of(accepting(), asked.credentials()) as (server, client):
        with pytest.raises(NoCredentials, match=told):
            await get(client)

    assert server.asked == []
    assert asked.times_asked == 1


async def test_a_plugin_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(Exec, "TIMEOUT_S", 0.5)

    with pytest.raises(NoCredentials, match="gave no credential: no answer within"):
        await Plugin(tmp_path, then="time.sleep(600)").credentials().headers()


async def test_a_plugin_ends_with_the_request_that_needed_it(tmp_path):
    pid = tmp_path / "pid"
    plugin = Plugin(tmp_path, then=f"pathlib.Path({str(pid)!r}).write_text(f'{{os.getpid()}}.'); time.sleep(600)")
    asking = asyncio.create_task(plugin.credentials().headers())
    async with asyncio.timeout(10):
        while not (pid.exists() and pid.read_text().endswith(".")):  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.01)

    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()[:-1]), 0)


async def test_a_plugin_that_is_not_installed_says_how_to_install_it(tmp_path):
    missing = Exec([str(tmp_path / "missing")], {}, V1, "Install it with `brew install missing`.")

    with pytest.raises(NoCredentials, match=r"No such file or directory.*\. Install it with `brew install missing`\."):
        await missing.headers()
