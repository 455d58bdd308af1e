"""The options that commands share, by the names that users of kubectl know."""

from pathlib import Path
from typing import Annotated

import typer

from fairlead.cli.output import Format
from fairlead.cli.target import Target

CLUSTER = "Which cluster"

Namespace = Annotated[
    str | None,
    typer.Option("--namespace", "-n", help="Namespace. Default: the one of the context.", rich_help_panel=CLUSTER),
]
Context = Annotated[
    str | None,
    typer.Option("--context", help="Context of the kubeconfig. Default: the current one.", rich_help_panel=CLUSTER),
]
Kubeconfig = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig", help="Kubeconfig. Default: $KUBECONFIG, else ~/.kube/config.", rich_help_panel=CLUSTER
    ),
]
Output = Annotated[Format | None, typer.Option("--output", "-o", help="For programs, instead of the text for people.")]


def _names(context: typer.Context, incomplete: str) -> list[str]:
    from fairlead.cli.names import names

    said = {key: context.params.get(key) for key in ("namespace", "context", "kubeconfig")}
    return [name for name in names(Target(**said)) if name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the Component.", autocompletion=_names)]
