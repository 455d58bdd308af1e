"""How the data plane is asked, and what the pods themselves are asked before."""

from msgspec.structs import replace

from fairlead.adapters.http.get import Got
from fairlead.api.meta import LABEL_COPY, ObjectMeta
from fairlead.controllers import kinds
from fairlead.controllers.asking import Asking
from fairlead.core.release.commands import Ask
from fairlead.core.release.observation import Tally
from tests.unit.controllers.api import api
from tests.unit.core.release.test_canary import FRONT_1, FRONT_2, V1, V2
from tests.unit.core.release.world import World

PODS = {FRONT_1: "10.0.0.1", FRONT_2: "10.0.0.2"}
ANSWERS = {
    "http://10.0.0.1:8080/healthz": "v1",
    "http://10.0.0.2:8080/healthz": "v2",
    "http://10.9.9.9:80/healthz": "v2",
}


async def answer(url, *_, **__) -> Got:
    """Only the probe path tells the version, as in an application that has a path for it."""
    return Got(200, {"x-version": ANSWERS[url]} if url in ANSWERS else {}, b"")


def pod(copy: str, ip: str) -> kinds.Pod:
    ready = kinds.PodCondition(type="Ready", status="True")
    metadata = ObjectMeta(name=copy, namespace="shop", labels={LABEL_COPY: copy}, resource_version="1")
    return kinds.Pod(metadata=metadata, status=kinds.PodStatus(pod_ip=ip, conditions=(ready,)))


async def test_pods_are_asked_by_the_probe_path_as_the_gateway_is():
    world = World(candidate=V2, stable=V1).until("Shifting", 5)
    command = next(c for _ in range(9) for c in world.turn().commands if isinstance(c, Ask))
    s = world.situation()
    s.release = replace(
        s.release,
        metadata=replace(s.release.metadata, namespace="shop"),
        spec=replace(s.release.spec, traffic=replace(s.release.spec.traffic, probe_path="/healthz")),
    )
    async with api() as (_, cluster):
        for copy, ip in PODS.items():
            cluster.pods.store.told(pod(copy, ip))
        there = kinds.RouteMeta(name="shop", namespace="shop", resource_version="1")
        parent = kinds.ParentRef(name="web")
        cluster.routes.store.told(kinds.HTTPRoute(metadata=there, spec=kinds.HTTPRouteSpec(parent_refs=(parent,))))
        listener = kinds.Listener(name="http", port=80, protocol="HTTP")
        cluster.gateways.store.told(
            kinds.Gateway(
                metadata=ObjectMeta(name="web", namespace="shop", resource_version="1"),
                spec=kinds.GatewaySpec(listeners=(listener,)),
                status=kinds.GatewayStatus(addresses=(kinds.GatewayAddress(value="10.9.9.9"),)),
            )
        )

        answers = await Asking(cluster, answer).ask(s, command, dict.fromkeys(PODS, 8080))

    assert list(answers.values()) == [Tally(candidate=command.requests)]
