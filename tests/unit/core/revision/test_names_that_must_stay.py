"""ConfigMaps and Secrets that keep their name because somebody may look for it."""

from typing import Any

import pytest

from tests.unit.core.revision.parts import Manifest, config, deployment, rendered, revision, service, the

READS = {"envFrom": [{"configMapRef": {"name": "settings"}}]}


def gadget(**spec: Any) -> Manifest:
    return {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "gadget"}, "spec": spec}


def annotated(manifest: Manifest, value: str) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": {"example.com/uses": value}}}


MENTIONS: dict[str, tuple[list[Manifest], str]] = {
    "an argument": (
        [deployment("front", container={**READS, "args": ["--config-map=settings"]})],
        "Deployment front names it at spec.template.spec.containers[0].args[0]",
    ),
    "a command": (
        [deployment("front", container={**READS, "command": ["watch", "configmap/settings"]})],
        "Deployment front names it at spec.template.spec.containers[0].command[1]",
    ),
    "a variable": (
        [deployment("front", container={**READS, "env": [{"name": "CONFIG_MAP", "value": "settings"}]})],
        "Deployment front names it at spec.template.spec.containers[0].env[0].value",
    ),
    "a probe": (
        [deployment("front", container={**READS, "livenessProbe": {"exec": {"command": ["sh", "-c", "a settings"]}}})],
        "Deployment front names it at spec.template.spec.containers[0].livenessProbe.exec.command[2]",
    ),
    "an annotation": (
        [deployment("front", container=READS), annotated(service("front"), "shop/settings")],
        "Service front names it at metadata.annotations.example.com/uses",
    ),
    "a kind that Fairlead does not know": (
        [deployment("front", container=READS), gadget(source={"configMap": "settings"})],
        "Gadget gadget names it at spec.source.configMap",
    ),
    "rights": (
        [
            deployment("front", container=READS),
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "Role",
                "metadata": {"name": "front"},
                "rules": [{"resources": ["configmaps"], "resourceNames": ["settings"], "verbs": ["get"]}],
            },
        ],
        "Role front names it at rules[0].resourceNames[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", MENTIONS)
def test_a_name_that_also_stands_elsewhere_stays_and_the_plan_says_where(where: str):
    manifests, told = MENTIONS[where]
    made = rendered(config("settings", key="value"), *manifests)
    assert made.revision is not None, made.refused

    kept = the("ConfigMap", "settings", made.revision)
    front = the("Deployment", "front", made.revision).manifest["spec"]["template"]["spec"]

    assert (kept.name, kept.role) == ("settings", "Single")
    assert front["containers"][0]["envFrom"] == READS["envFrom"]
    assert made.warnings == (
        f"ConfigMap settings changes in place, for both revisions at once: {told}, which is not known as a reference",
    )


NO_MENTIONS: dict[str, list[Manifest]] = {
    "labels": [
        deployment("settings", container=READS),
        service("settings"),
        gadget(selector={"matchLabels": {"app": "settings"}}),
    ],
    "things of the pod's own": [
        deployment(
            "front",
            pod={
                "volumes": [{"name": "settings", "configMap": {"name": "settings"}}],
                "serviceAccountName": "settings",
            },
            container={"name": "settings", "volumeMounts": [{"name": "settings", "mountPath": "/etc/settings"}]},
        )
    ],
    "an image": [deployment("front", container={**READS, "image": "settings/front:settings"})],
    "a path or a longer word": [
        deployment(
            "front",
            container={**READS, "args": ["/etc/settings", "a/b/settings", "settings.conf", "http://settings/"]},
        )
    ],
    "the content of another": [deployment("front", container=READS), config("other", "Secret", key="settings")],
}  # fmt: skip


@pytest.mark.parametrize("where", NO_MENTIONS)
def test_what_is_only_spelled_the_same_does_not_hold_a_name(where: str):
    made = revision(config("settings", key="value"), *NO_MENTIONS[where])

    assert the("ConfigMap", "settings", made).role == "Copy"


def test_what_no_manifest_refers_to_is_read_from_elsewhere_and_stays():
    made = rendered(config("for-others", key="value"), deployment("front"))
    assert made.revision is not None

    assert the("ConfigMap", "for-others", made.revision).name == "for-others"
    assert made.warnings == (
        (
            "ConfigMap for-others changes in place, for both revisions at once:"
            " no other manifest refers to it, so it is read from elsewhere"
        ),
    )


def test_a_single_that_changed_is_known_by_its_digest():
    before, after = (the("ConfigMap", "open", revision(config("open", key=v))) for v in ("a", "b"))

    assert before.name == after.name
    assert before.digest != after.digest
