"""`fairlead plan`: from a file, with or without a cluster, or from a Component in the cluster; nothing is written."""

from typing import Any

import msgspec

from fairlead.api.component import Component
from fairlead.api.meta import FIELD_MANAGER
from fairlead.api.revision import Revision
from fairlead.cli.cluster import COMPONENTS, Cluster, connect
from fairlead.cli.failure import Failure
from fairlead.cli.manifest import read
from fairlead.cli.output import Format, printed
from fairlead.cli.page import console
from fairlead.cli.plan import Plan, plan
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
        return plan(component, cluster.namespace, stable=await _stable(cluster, name))


async def _from_file(target: Target, file: str) -> Plan:
    component, manifest = read(file)
    said = target.namespace or component.metadata.namespace
    try:
        async with connect(msgspec.structs.replace(target, namespace=said or None)) as cluster:
            stable = await _stable(cluster, component.metadata.name)
            refused = await _refused(cluster, manifest)
            known = await cluster.find(COMPONENTS, component.metadata.name, Component)
            if known is not None:
                component = msgspec.structs.replace(component, status=known.status)
            return plan(component, cluster.namespace, stable=stable, refused=refused)
    except Failure as failure:
        return plan(component, said or "default", stable=None, compared=str(failure.args[0]))


async def _stable(cluster: Cluster, name: str) -> Revision | None:
    stable = standing(await cluster.releases(name)).stable
    return await cluster.revision(stable) if stable else None


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
