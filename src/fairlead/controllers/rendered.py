"""What a Component's manifests are, rendered."""

from fairlead.api.component import Component
from fairlead.core.revision.render import Rendered, render


def rendered(component: Component) -> Rendered:
    """Return the Revision that a Component wants, or why there is none."""
    metadata = component.metadata
    return render(component.spec.source.inline, component=metadata.name, namespace=metadata.namespace)
