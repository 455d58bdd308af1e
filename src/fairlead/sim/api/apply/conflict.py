"""A configuration that changes what somebody else owns."""

from fairlead.sim.api.apply import fieldset
from fairlead.sim.api.apply.fieldset import Fields, Path
from fairlead.sim.api.apply.managed import Managed, Who, identifier
from fairlead.sim.api.failure import Failure

Conflicts = dict[Who, Fields]


def refusal(conflicts: Conflicts, managed: Managed) -> Failure:
    """The answer: 409, and a cause for each field that somebody else owns."""
    found = [
        (_shown(name, managed), path)
        for name in sorted(conflicts, key=identifier)
        for path in fieldset.paths(conflicts[name])
    ]
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": fieldset.shown(path)}
        for who, path in found
    ]
    return Failure(409, "Conflict", _message(found), {"causes": causes})


def _message(found: list[tuple[str, Path]]) -> str:
    if len(found) == 1:
        [(who, path)] = found
        return f"Apply failed with 1 conflict: conflict with {who}: {fieldset.shown(path)}"
    lines = []
    for who in dict.fromkeys(who for who, _ in found):
        lines.append(f"conflicts with {who}:")
        lines += [f"- {fieldset.shown(path)}" for owner, path in found if owner == who]
    return f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)


def _shown(name: Who, managed: Managed) -> str:
    shown = f'"{name.manager}"'
    if name.subresource:
        shown += f' with subresource "{name.subresource}"'
    if name.operation == "Update":
        # The time is no part of who a manager is, and so is never known here.
        shown += f" using {managed[name].api_version}"
    return shown
