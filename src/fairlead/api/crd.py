"""The CustomResourceDefinitions of Fairlead, made from the structs.

`python -m fairlead.api.crd` prints all of them as YAML, `python -m fairlead.api.crd components` only one. What it
prints is what the chart installs; equal structs give equal bytes.
"""

import inspect
import sys
from typing import Any, NamedTuple

import msgspec
import yaml
from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.meta import GROUP, VERSION
from fairlead.api.release import Release
from fairlead.api.revision import Revision
from fairlead.api.rules import COMPONENT_NAME, checked
from fairlead.api.schema import Schema, schema_of


class Column(NamedTuple):
    """A column of `kubectl get`; a wide one only with `-o wide`."""

    name: str
    json_path: str
    type: str = "string"
    wide: bool = False
    description: str = ""


class Definition(NamedTuple):
    """What a CustomResourceDefinition says beside the schema of its struct."""

    struct: type[Struct]
    plural: str
    short_name: str
    columns: tuple[Column, ...]
    rules: tuple[dict[str, str], ...] = ()


AGE = Column("Age", ".metadata.creationTimestamp", "date")
READY = '.status.conditions[?(@.type=="Ready")]'

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        Component,
        "components",
        "comp",
        (
            Column("Stable", ".status.stable", description="The Revision that serves."),
            Column("Candidate", ".status.candidate", description="The Revision under judgement."),
            Column("Release", ".status.release", description="The Release under way, else the last one."),
            Column("Ready", f"{READY}.status", description="Whether what is wanted serves."),
            Column("Reason", f"{READY}.reason", description="Why, as one word."),
            AGE,
            Column("Message", f"{READY}.message", wide=True, description="Why, as a sentence."),
        ),
        rules=(COMPONENT_NAME,),
    ),
    Definition(
        Revision,
        "revisions",
        "frev",
        (
            Column("Component", ".spec.component", description="The Component it belongs to."),
            AGE,
            Column("Digest", ".spec.inputsDigest", wide=True, description="Digest of its inputs."),
        ),
    ),
    Definition(
        Release,
        "releases",
        "frel",
        (
            Column("Component", ".spec.component", description="The Component that is released."),
            Column("To", ".spec.toRevision", description="The Revision that is brought in."),
            Column("Stage", ".status.stage", description="Where it stands."),
            Column("Step", ".status.step", "integer", description="Index of the current step."),
            Column("Weight", ".status.weightPercent", "integer", description="Percent of requests for the candidate."),
            Column("Reason", ".status.because.reason", description="Why it goes back, went back or failed."),
            AGE,
            Column("From", ".spec.fromRevision", wide=True, description="The Revision that served before."),
            Column("Waiting", ".status.waiting.message", wide=True, description="What holds it now."),
            Column("Message", ".status.because.message", wide=True, description="Why, as a sentence."),
        ),
    ),
)


def definition(of: Definition) -> dict[str, Any]:
    """Return the CustomResourceDefinition as a Kubernetes object."""
    kind = of.struct.__name__
    schema = _root(of)
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{of.plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": of.plural,
                "singular": kind.lower(),
                "shortNames": [of.short_name],
                "categories": ["fairlead"],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "additionalPrinterColumns": [_column(c) for c in of.columns],
                    "subresources": {"status": {}} if "status" in schema["properties"] else {},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def as_yaml(of: Definition) -> str:
    """Return the CustomResourceDefinition as the text of its file in the chart."""
    # Parsed back from JSON, no two places share an object, so that YAML writes no anchors.
    plain = msgspec.json.decode(msgspec.json.encode(definition(of)))
    return yaml.safe_dump(plain, sort_keys=False, width=120, allow_unicode=True)


def _root(of: Definition) -> Schema:
    """The schema of a whole object. The API server itself knows apiVersion, kind and metadata, and fills nothing in."""
    known: Schema = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object", "properties": {"name": {"type": "string"}}},
    }
    schema = schema_of(of.struct)
    own = {name: node for name, node in schema["properties"].items() if name not in known}
    for node in own.values():
        node.pop("default", None)
    return {
        "description": inspect.getdoc(of.struct),
        "type": "object",
        "required": ["spec"],
        **(checked(*of.rules) if of.rules else {}),
        "properties": known | own,
    }


def _column(of: Column) -> dict[str, Any]:
    return {
        "name": of.name,
        "type": of.type,
        "jsonPath": of.json_path,
        "description": of.description,
        "priority": 1 if of.wide else 0,
    }


def main(plurals: list[str]) -> int:
    """Print the definitions that are named, or all."""
    unknown = sorted(set(plurals) - {d.plural for d in DEFINITIONS})
    if unknown:
        sys.stderr.write(f"{unknown[0]}: no such resource; there are {', '.join(d.plural for d in DEFINITIONS)}\n")
        return 2
    chosen = [d for d in DEFINITIONS if not plurals or d.plural in plurals]
    sys.stdout.write("---\n".join(as_yaml(d) for d in chosen))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
