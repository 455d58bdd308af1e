"""What a request wants, as authorization sees it."""

from msgspec import Struct

from fairlead.sim.api.route import Target


class Attributes(Struct, frozen=True, kw_only=True):
    """A verb on a resource, or on a path when `resource` is empty."""

    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def what(self) -> str:
        """Resource and subresource as rules name them."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def attributes(target: Target) -> Attributes:
    """The attributes of a request, before anything is looked up."""
    return Attributes(
        verb=target.verb,
        group=target.group,
        version=target.version,
        resource=target.resource,
        subresource=target.subresource,
        namespace=target.namespace or (target.name if not target.group and target.resource == "namespaces" else ""),
        name=target.name,
        path=target.path,
    )
