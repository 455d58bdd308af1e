"""Getting and listing."""

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import config_map, pod, service

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


def three(both: Both) -> None:
    for name in ("a", "b", "c"):
        both.post("configmaps", config_map(name, labels={"name": name, "all": "yes"}))


def test_what_is_not_there(both: Both) -> None:
    both.get("configmaps/a")
    both.get("deployments.apps/a")
    both.get("/api/v1/namespaces/nowhere")
    both.get("/api/v1/namespaces/nowhere/configmaps")


def test_a_list_is_in_the_order_of_names(both: Both) -> None:
    for name in ("b", "c", "a", "a.a", "a-a"):
        both.post("configmaps", config_map(name))
    both.get("configmaps")
    both.get("secrets")


@pytest.mark.parametrize(
    "selector",
    [
        *("name=a", "name==a", "name!=a", "name", "!name", "name in (a,b)", "name notin (a,b)", "all=yes,name=b"),
        *("", "name=", "name=a b", "=a", "name in (a", "name in ()", "x>1", "name=a,", "!", "name<1", "name gt 1"),
    ],
)
def test_label_selectors(both: Both, selector: str) -> None:
    three(both)
    both.get("configmaps", {"labelSelector": selector})


@pytest.mark.parametrize(
    "selector",
    [
        *("metadata.name=a", "metadata.name!=a", "metadata.namespace={ns}", "metadata.uid=a", "data.k=v", "x", ""),
        *("metadata.name=a,metadata.name=b", "metadata.name==a", "metadata.name in (a)", "metadata.name=a\\,b"),
    ],
)
def test_field_selectors(both: Both, selector: str) -> None:
    three(both)
    both.get("configmaps", {"fieldSelector": selector})


@pytest.mark.parametrize(
    "selector",
    [
        "spec.nodeName=n",
        "spec.nodeName=",
        "status.phase=Pending",
        "status.phase!=Running",
        "spec.image=i",
        "status.podIP=",
    ],
)
def test_field_selectors_of_pods(both: Both, selector: str) -> None:
    both.post("pods", pod("a", nodeName="n"))
    both.post("pods", pod("b"))
    both.get("pods", {"fieldSelector": selector})


@pytest.mark.parametrize(
    ("resource", "selector"),
    [
        ("services", "spec.type=ClusterIP"),
        ("services", "spec.clusterIP=None"),
        ("secrets", "type=Opaque"),
        ("events", "involvedObject.name=a"),
        ("events", "reason=x,type=Normal"),
        ("jobs.batch", "status.successful=1"),
        ("replicasets.apps", "status.replicas=0"),
        ("deployments.apps", "status.replicas=0"),
    ],
)
def test_field_selectors_of_other_kinds(both: Both, resource: str, selector: str) -> None:
    both.get(resource, {"fieldSelector": selector})


def test_a_list_comes_in_pages(both: Both) -> None:
    three(both)
    page = both.get("configmaps", {"limit": 1})
    page = both.get("configmaps", {"limit": 1, "continue": page["metadata.continue"]})
    both.post("configmaps", config_map("d"))
    both.get("configmaps", {"limit": 5, "continue": page["metadata.continue"]})
    both.get("configmaps", {"limit": 0})
    both.get("configmaps", {"limit": 3})
    both.get("configmaps", {"limit": 4})


def test_pages_with_a_selector_do_not_count_the_rest(both: Both) -> None:
    three(both)
    both.get("configmaps", {"limit": 1, "labelSelector": "all=yes"})
    both.get("configmaps", {"limit": 1, "labelSelector": "name=c"})


def test_pages_that_were_asked_wrongly(both: Both) -> None:
    three(both)
    page = both.get("configmaps", {"limit": 1})
    both.get("configmaps", {"limit": -1})
    both.get("configmaps", {"limit": "x"})
    both.get("configmaps", {"limit": 1, "continue": "x"})
    both.get("configmaps", {"limit": 1, "continue": page["metadata.continue"], "resourceVersion": "5"})
    both.get("configmaps", {"limit": 1, "continue": page["metadata.continue"], "resourceVersion": "0"})


@pytest.mark.parametrize("match", ["", "Exact", "NotOlderThan", "Sometimes"])
@pytest.mark.parametrize("version", ["", "0", "first", "last", "99999999", "x", "-1"])
def test_a_list_of_a_version(both: Both, version: str, match: str) -> None:
    first = both.post("configmaps", config_map("a"))
    last = both.post("configmaps", config_map("b"))
    wanted = {"first": first.version, "last": last.version}.get(version, version)
    query = {"resourceVersion": wanted, **({"resourceVersionMatch": match} if match else {})}
    # A version of the future is waited for: three seconds of the case.
    if version == "99999999":
        query["timeoutSeconds"] = "1"
    both.get("configmaps", query)


@pytest.mark.parametrize("version", ["", "0", "first", "x"])
def test_an_object_of_a_version(both: Both, version: str) -> None:
    first = both.post("configmaps", config_map("a"))
    both.put("configmaps/a", config_map("a", data={"k": "2"}))
    both.get("configmaps/a", {"resourceVersion": first.version if version == "first" else version})


def test_lists_over_all_namespaces(both: Both) -> None:
    three(both)
    both.get("/api/v1/configmaps", {"labelSelector": "name=a", "fieldSelector": "metadata.namespace={ns}"})


@pytest.mark.parametrize("accept", [TABLE, METADATA, METADATA_LIST])
@pytest.mark.parametrize("path", ["configmaps", "configmaps/a", "services", "services/a"])
def test_other_forms(both: Both, path: str, accept: str) -> None:
    both.post("configmaps", config_map(labels={"x": "y"}))
    both.post("services", service())
    both.get(path, accept=accept)
    both.get(path, accept=f"{accept},application/json")


@pytest.mark.parametrize("include", ["None", "Metadata", "Object", "x"])
def test_what_rows_include(both: Both, include: str) -> None:
    both.post("configmaps", config_map())
    both.get("configmaps", {"includeObject": include}, accept=TABLE)


@pytest.mark.parametrize(
    "accept",
    [
        *("application/json", "*/*", "application/*", "text/html", "application/xml", "application/yaml", ""),
        *("application/vnd.kubernetes.protobuf;as=Other,application/json", "application/json;q=0.5,text/plain"),
        "application/json;as=Chair;v=v1;g=meta.k8s.io",
    ],
)
def test_what_a_client_accepts(both: Both, accept: str) -> None:
    both.post("configmaps", config_map())
    both.get("configmaps/a", accept=accept)


def test_what_a_created_object_comes_back_as(both: Both) -> None:
    both.post("configmaps", config_map("a"), accept=TABLE)
    both.post("configmaps", config_map("b"), accept=METADATA)
