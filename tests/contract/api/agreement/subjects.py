"""What is written in sequences: kinds with every form of list and map, and the patches that suit them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.contract.api.agreement.draw import Draw, Object


class Subject(NamedTuple):
    """One kind: where it is, and what can be drawn for it."""

    resource: str
    """Where the objects are read, and mostly written."""
    api_version: str
    kind: str
    parts: Callable[[Draw], Object]
    """Everything beside metadata, as a configuration names it; never empty where the kind requires something."""
    merges: Callable[[Draw], Object]
    strategics: Callable[[Draw], Object] | None
    """None where the kind has no strategic merge patch."""
    places: tuple[str, ...]
    """Paths for JSON patches."""
    values: Callable[[Draw], Any]
    status: Callable[[Draw], Object] | None = None
    other: tuple[str, str] | None = None
    """Where they are in another version, and that version."""
    scales: bool = False
    kept: tuple[str, ...] = ()
    """Parts of the spec that an update must repeat, where they are there."""

    def version(self, draw: Draw) -> tuple[str, str]:
        """Where a client writes, and in which version."""
        here = self.resource, self.api_version
        return self.other if self.other and draw.happens(15) else here


# ConfigMap


def _data(draw: Draw) -> Object:
    return {"data": draw.one([draw.entries(), draw.entries(), None])}


CONFIG_MAP = Subject(
    resource="configmaps",
    api_version="v1",
    kind="ConfigMap",
    parts=_data,
    merges=lambda draw: {"data": draw.one([None, draw.entries(), {"a": None}])},
    strategics=lambda draw: {"data": draw.one([draw.entries(), {"$patch": "replace", "q": "1"}, {"$patch": "delete"}])},
    places=("/data/a", "/data/q", "/data", "/metadata/labels/a", "/metadata/finalizers/0", "/metadata/finalizers/-"),
    values=lambda draw: draw.one(["9", {"a": "9"}, "example.com/a", None]),
)


# Deployment


def _ports(draw: Draw) -> list[Object]:
    return [
        {"containerPort": port, **draw.parts(protocol=lambda: draw.one(["TCP", "UDP"]), name=lambda: f"p{port}")}  # noqa: B023
        for port in draw.some([80, 9, 443])
    ]


def _environment(draw: Draw) -> list[Object]:
    return [{"name": name, **({"value": draw.value()} if draw.happens(70) else {})} for name in draw.some("ABC")]


def _container(draw: Draw, name: str) -> Object:
    made = {
        "name": name,
        **draw.parts(
            env=lambda: _environment(draw),
            ports=lambda: _ports(draw),
            args=lambda: draw.some(["1", "2"]),
            envFrom=lambda: [{"configMapRef": {"name": name}} for name in draw.some("ab")],
            volumeMounts=lambda: [{"name": "v", "mountPath": f"/{path}"} for path in draw.some("ab")],
            securityContext=lambda: draw.one([{}, {"runAsUser": 1}, {"capabilities": {"add": ["A"]}}]),
            resources=lambda: {draw.one(["limits", "requests"]): {"cpu": draw.one([1, "1", "500m"])}},
            readinessProbe=lambda: {"httpGet": {"path": "/", "port": draw.one([80, "http"])}},
        ),
    }
    return made | ({"image": draw.one(["i:1", "i:2"])} if draw.happens(80) else {})


def _pod(draw: Draw) -> Object:
    return {
        "containers": [_container(draw, name) for name in draw.some("xyz", 1)],
        **draw.parts(
            volumes=lambda: [{"name": "v", **draw.one([{"emptyDir": {}}, {"configMap": {"name": "c"}}])}],
            nodeSelector=draw.entries,
            imagePullSecrets=lambda: [{"name": name} for name in draw.some("pq")],
            initContainers=lambda: [_container(draw, name) for name in draw.some("ij")],
            hostAliases=lambda: [{"ip": ip, "hostnames": draw.some("ab")} for ip in draw.some(["1.1.1.1", "1.1.1.2"])],
            topologySpreadConstraints=lambda: [
                {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway"} for key in draw.some("kl")
            ],
            serviceAccountName=lambda: draw.one("ab"),
            terminationGracePeriodSeconds=lambda: draw.number(0, 1),
            tolerations=lambda: [{"key": name, "operator": "Exists"} for name in draw.some("pq")],
            securityContext=lambda: draw.one([{}, {"runAsUser": 1}]),
        ),
    }


def _deployment(draw: Draw) -> Object:
    return {
        "spec": {
            "selector": {"matchLabels": {"a": "1"}},
            "template": {"metadata": {"labels": {**draw.entries(), "a": "1"}}, "spec": _pod(draw)},
            **draw.parts(
                replicas=lambda: draw.number(0, 2),
                strategy=lambda: draw.one([{"type": "Recreate"}, {"rollingUpdate": {"maxSurge": 1}}, {}]),
                minReadySeconds=lambda: draw.number(0, 1),
            ),
        }
    }


def _deployment_merge(draw: Draw) -> Object:
    made: Object = draw.one(
        [
            {"spec": {"replicas": draw.one([None, 1, 2])}},
            {"metadata": {"labels": draw.one([None, draw.entries(), {"a": None}])}},
            {"spec": {"template": {"spec": {"containers": [_container(draw, "x")]}}}},
            {"spec": {"template": {"metadata": {"annotations": draw.one([None, draw.entries()])}}}},
        ]
    )
    return made


def _item(draw: Draw, name: str) -> Object:
    made: Object = draw.one(
        [
            _container(draw, name),
            _container(draw, name),
            {"name": name, "$patch": "delete"},
            {"name": name, "$patch": "replace", "image": "r"},
        ]
    )
    return made


def _deployment_strategic(draw: Draw) -> Object:
    order = [{"name": name} for name in draw.some("xyz", 1)]
    pod = draw.one(
        [
            {"containers": [_item(draw, name) for name in draw.some("xyz", 1)]},
            {"$setElementOrder/containers": order, "containers": draw.one([[], [_container(draw, order[0]["name"])]])},
            {"containers": [{"name": "x", "ports": _ports(draw), "env": _environment(draw)}]},
            {"volumes": [{"$patch": "replace"}, {"name": "v", "emptyDir": {}}]},
            {"volumes": [{"name": "v", "$retainKeys": ["name", "emptyDir"], "emptyDir": {}}]},
        ]
    )
    finalizers = draw.some(["example.com/a", "example.com/b"])
    made: Object = draw.one(
        [
            {"spec": {"template": {"spec": pod}}},
            {"spec": {"template": {"spec": pod}}},
            {"spec": {"strategy": draw.one([{"$retainKeys": ["type"], "type": "Recreate"}, {"$patch": "delete"}])}},
            {"metadata": {"labels": draw.one([{"$patch": "delete"}, {"$patch": "replace", "z": "1"}, draw.entries()])}},
            {"metadata": {"finalizers": finalizers}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": finalizers}},
        ]
    )
    return made


DEPLOYMENT = Subject(
    resource="deployments.apps",
    api_version="apps/v1",
    kind="Deployment",
    parts=_deployment,
    merges=_deployment_merge,
    strategics=_deployment_strategic,
    places=(
        *("/spec/replicas", "/metadata/labels/a", "/spec/template/metadata/labels/b", "/spec/paused"),
        *(f"/spec/template/spec/containers/{place}" for place in ("0", "1", "-", "-1", "0/env", "0/image")),
    ),
    values=lambda draw: draw.one([1, "1", _container(draw, draw.one("xyz")), _environment(draw), None]),
    status=lambda draw: draw.parts(
        replicas=lambda: draw.number(0, 2),
        observedGeneration=lambda: draw.number(0, 2),
        conditions=lambda: [{"type": name, "status": draw.one(["True", "False"])} for name in draw.some("AB")],
    ),
    scales=True,
)


# Service


def _service_ports(draw: Draw) -> list[Object]:
    return [
        {
            "port": port,
            "name": f"p{port}",
            **draw.parts(targetPort=lambda: draw.one([80, "http"]), protocol=lambda: draw.one(["TCP", "UDP"])),
        }
        for port in draw.some([80, 81, 9], 1)
    ]


def _service(draw: Draw) -> Object:
    return {
        "spec": {
            "ports": _service_ports(draw),
            **draw.parts(
                selector=draw.entries,
                sessionAffinity=lambda: draw.one(["None", "ClientIP"]),
                publishNotReadyAddresses=draw.happens,
                type=lambda: draw.one(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
                externalName=lambda: "a.example",
                externalTrafficPolicy=lambda: draw.one(["Local", "Cluster"]),
            ),
        }
    }


SERVICE = Subject(
    resource="services",
    api_version="v1",
    kind="Service",
    parts=_service,
    merges=lambda draw: {"spec": draw.one([{"selector": draw.one([None, draw.entries()])}, _service(draw)["spec"]])},
    strategics=lambda draw: {
        "spec": draw.one(
            [
                {"ports": _service_ports(draw)},
                {"selector": draw.entries()},
                {"ports": [{"port": 80, "$patch": "delete"}]},
            ]
        )
    },
    places=("/spec/selector/a", "/spec/sessionAffinity", "/spec/ports/0", "/spec/ports/-", "/spec/ports/1/name"),
    values=lambda draw: draw.one(["None", "1", *_service_ports(draw)]),
    status=lambda draw: {"loadBalancer": draw.one([{}, {"ingress": [{"ip": "1.1.1.1"}]}])},
    kept=("clusterIP", "clusterIPs"),
)


# HTTPRoute


def _backends(draw: Draw) -> list[Object]:
    return [{"name": name, "port": 80, **draw.parts(weight=lambda: draw.number(0, 2))} for name in draw.some("ab")]


def _rules(draw: Draw) -> list[Object]:
    return [
        draw.parts(
            backendRefs=lambda: _backends(draw),
            matches=lambda: [{"path": {"type": "PathPrefix", "value": draw.one(["/", "/a"])}}],
        )
        for _ in range(draw.number(0, 2))
    ]


def _route(draw: Draw) -> Object:
    return {
        "spec": draw.parts(
            parentRefs=lambda: [{"name": name} for name in draw.some("gh", 1)],
            hostnames=lambda: draw.some(["a.example", "b.example"]),
            rules=lambda: _rules(draw),
        )
    }


def _route_status(draw: Draw) -> Object:
    condition = {
        "type": "Accepted",
        "status": draw.one(["True", "False"]),
        "reason": "R",
        "message": draw.value(),
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    parent = {"parentRef": {"name": "g"}, "controllerName": "example.com/c", "conditions": [condition]}
    return {"parents": draw.one([[], [parent]])}


HTTP_ROUTE = Subject(
    resource="httproutes.gateway",
    api_version="gateway.networking.k8s.io/v1",
    kind="HTTPRoute",
    other=("httproutes.gateway-v1beta1", "gateway.networking.k8s.io/v1beta1"),
    parts=_route,
    merges=_route,
    strategics=None,
    places=("/spec/rules/0", "/spec/rules/-", "/spec/hostnames", "/spec/rules/0/backendRefs/0/weight"),
    values=lambda draw: draw.one([3, ["c.example"], *_rules(draw), None]),
    status=_route_status,
)


# A custom resource with every form of list and map


def _anything(draw: Draw, depth: int = 0) -> Any:
    leaf = draw.one([1, "x", True, None, {}, [], [1, "a"], 1.5])
    if depth < 2 and draw.happens(30):
        return {name: _anything(draw, depth + 1) for name in draw.some("pq")}
    return leaf


def _map(draw: Draw) -> list[Object]:
    return [
        {
            "name": name,
            **draw.parts(
                value=draw.value,
                n=lambda: draw.number(0, 1),
                inner=lambda: [{"k": k, **draw.parts(v=draw.happens)} for k in draw.some([1, 2, 10])],
            ),
        }
        for name in draw.some("abcd")
    ]


def _two_keys(draw: Draw) -> list[Object]:
    keys = draw.some([(80, ""), (80, "UDP"), (443, "TCP"), (9, "")])
    return [
        {"port": port, **({"protocol": protocol} if protocol else {}), **draw.parts(name=draw.value)}
        for port, protocol in keys
    ]


def _widget_spec(draw: Draw) -> Object:
    return draw.parts(
        replicas=lambda: draw.number(0, 2),
        text=lambda: draw.one(["d", "e", None]),
        nullable=lambda: draw.one(["d", "e", None]),
        set=lambda: draw.some("abcd"),
        numbers=lambda: draw.some([1, 2, 10, 1.5]),
        atomic=lambda: [{"a": draw.value()} for _ in range(draw.number(0, 2))],
        plain=lambda: [draw.value() for _ in range(draw.number(0, 2))],
        map=lambda: _map(draw),
        twoKeys=lambda: _two_keys(draw),
        granular=draw.entries,
        atomicMap=draw.entries,
        atomicStruct=lambda: draw.entries("ab"),
        structs=lambda: {name: draw.entries("ab") for name in draw.some("xy")},
        nested=lambda: draw.one([{}, {"a": draw.value()}, {"deep": {}}, {"deep": {"x": draw.value()}}, None]),
        free=lambda: {name: _anything(draw) for name in draw.some("abc")},
        intOrString=lambda: draw.one([1, "1", "50%"]),
        any=lambda: _anything(draw),
    )


def _widget_status(draw: Draw) -> Object:
    return draw.parts(
        replicas=lambda: draw.number(0, 2),
        conditions=lambda: [{"type": name, "status": draw.value()} for name in draw.some("ABC")],
    )


SHAPED = Subject(
    resource="shapes.agreement",
    api_version="agreement.example.com/v1",
    kind="Shape",
    other=("shapes.agreement-v2", "agreement.example.com/v2"),
    parts=lambda draw: {"spec": _widget_spec(draw), **draw.parts(status=lambda: _widget_status(draw))},
    merges=lambda draw: {"spec": draw.one([_widget_spec(draw), {draw.one(["set", "map", "nested", "free"]): None}])},
    strategics=None,
    places=tuple(
        f"/spec/{place}"
        for place in ("text", "replicas", "granular/a", "map/0", "map/-", "set/0", "nested/deep", "structs/x", "free/a")
    ),
    values=_anything,
    status=_widget_status,
    scales=True,
)

SUBJECTS = {subject.kind: subject for subject in (CONFIG_MAP, DEPLOYMENT, SERVICE, HTTP_ROUTE, SHAPED)}
