"""The fields that a request cannot write, whatever it says: the server puts them back, and nobody owns them by it."""

from fairlead.sim.api.apply.fieldset import Fields, of_paths
from fairlead.sim.api.types.kind import Kind

_STATUS = of_paths(("f:status",))
_SPEC = of_paths(("f:spec",))
_SPEC_AND_METADATA = of_paths(("f:spec",), ("f:metadata",))
_NOTHING: Fields = {}

# What the status of a kind leaves alone beside its spec.
_OF_STATUS: dict[tuple[str, str], Fields] = {
    ("apps", "Deployment"): of_paths(("f:spec",), ("f:metadata", "f:labels")),
    ("", "Pod"): of_paths(("f:spec",), ("f:metadata", "f:deletionTimestamp"), ("f:metadata", "f:ownerReferences")),
    ("storage.k8s.io", "VolumeAttachment"): _SPEC_AND_METADATA,
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): _SPEC_AND_METADATA,
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): _SPEC_AND_METADATA,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): _SPEC_AND_METADATA,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _SPEC_AND_METADATA,
    ("apiregistration.k8s.io", "APIService"): _SPEC_AND_METADATA,
}


def reset_fields(kind: Kind, subresource: str) -> Fields:
    """The fields that are not the request's."""
    if subresource == "status":
        return _OF_STATUS.get((kind.group, kind.kind), _SPEC)
    if subresource == "" or (kind.kind, subresource) == ("Namespace", "finalize"):
        return _STATUS if kind.has_status else _NOTHING
    return _NOTHING
