"""`fairlead plan`: from a file, with or without a cluster, or from a Component in the cluster; nothing is written."""

from typing import Any

from msgspec.structs import replace

from fairlead.api.meta import FIELD_MANAGER
from fairlead.cli.cluster import COMPONENTS, Cluster, connect
from fairlead.cli.failure import Failure
from fairlead.cli.manifest import read
from fairlead.cli.output import Format, printed
from fairlead.cli.page import console
from fairlead.cli.plan import Known, Plan, plan
from fairlead.cli.plan_page import plan_page
from fairlead.cli.target import Target
from fairlead.core.component.begin import standing
from fairlead.kube.errors import ApiError, BadRequest, Forbidden, Invalid
from fairlead.kube.verbs import apply


async def make_plan(target: Target, name: str, file: str, form: Format | None) -> bool:
    """Print the plan; return whether the Component would be accepted."""
    made = await _from_file(target, file) if file else await _from_cluster(target, name)
    if form is not None:
        print(printed(made, form))
    else:
        console().print(plan_page(made))
    return made.outcome != "Refused"


async def _from_cluster(target: Target, name: str) -> Plan:
    async with connect(target) as cluster:
        component = await cluster.component(name)
        return plan(component, cluster.namespace, await _known(cluster, name))


async def _from_file(target: Target, file: str) -> Plan:
    component, manifest = read(file)
    said = target.namespace or component.metadata.namespace
    try:
        async with connect(replace(target, namespace=said or None)) as cluster:
            known = await _known(cluster, component.metadata.name)
            known = replace(known, refused=await _refused(cluster, manifest))
            return plan(component, cluster.namespace, known)
    except Failure as failure:
        return plan(component, said or "default", str(failure.args[0]))


async def _known(cluster: Cluster, name: str) -> Known:
    stands = standing(await cluster.releases(name))
    stable = await cluster.revision(stands.stable) if stands.stable else None
    return Known(stable=stable, active=stands.active, rejected=stands.rejected)


async def _refused(cluster: Cluster, manifest: dict[str, Any]) -> tuple[str, ...]:
    """What the API server says against the Component, asked by an apply that writes nothing."""
    try:
        await apply(
            cluster.client,
            COMPONENTS,
            cluster.namespace,
            manifest,
            dict[str, Any],
            field_manager=f"{FIELD_MANAGER}-cli",
            force=True,
            dry_run=True,
        )
    except (Invalid, BadRequest) as error:
        return (_reason(error),)
    except Forbidden:
        return ()  # who may not apply it may still plan it
    return ()


def _reason(error: ApiError) -> str:
    """The server's own words, without the request that they answer."""
    return str(error).split(": ", 1)[-1]
