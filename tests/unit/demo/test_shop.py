"""The shop of the demonstration is the example, in another version."""

from dev.demo.shop import component, host
from fairlead.core.revision.render import render


def environment(version: str) -> dict[str, dict[str, str]]:
    found = [m for m in component(version)["spec"]["source"]["inline"] if m["kind"] == "Deployment"]
    return {
        m["metadata"]["name"]: {v["name"]: v["value"] for v in m["spec"]["template"]["spec"]["containers"][0]["env"]}
        for m in found
    }


def revision(version: str) -> str:
    rendered = render(component(version)["spec"]["source"]["inline"], component="shop", namespace="shop")
    assert rendered.revision is not None, rendered
    return rendered.revision.name


def test_every_version_is_accepted_and_another_revision():
    assert len({revision(version) for version in ("v1", "v2", "v3")}) == 3


def test_only_the_bad_version_fails_and_not_before_it_has_served():
    assert all("ERROR_RATIO" not in env for env in environment("v2").values())
    for env in environment("v3").values():
        assert float(env["ERROR_RATIO"]) == 0.05
        assert int(env["ERROR_RATIO_AFTER_REQUESTS"]) > 0


def test_users_ask_for_the_host_of_the_example():
    assert host() == "shop.example"
