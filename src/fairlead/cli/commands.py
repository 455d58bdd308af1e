"""What can be said on the command line. What is done then is in the module of the verb, loaded only when it is said.

Exit codes: 0 fine; 1 it could not be done, or what was watched went back; 2 what was said makes no sense.
"""

from collections.abc import Coroutine
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from fairlead import __version__
from fairlead.cli.options import Context, Kubeconfig, Name, Namespace, Output
from fairlead.cli.output import Format
from fairlead.cli.target import Target

T = TypeVar("T")

app = typer.Typer(
    help="Releases on Kubernetes: judged on evidence, back by themselves, and able to say why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ListFormat(StrEnum):
    """How `get` prints."""

    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"


@app.command()
def get(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="components, releases or revisions.")] = "components",
    name: Annotated[str, typer.Argument(metavar="NAME", help="Only this one.")] = "",
    output: Annotated[ListFormat | None, typer.Option("--output", "-o", help="More columns, or for programs.")] = None,
    all_namespaces: Annotated[bool, typer.Option("--all-namespaces", "-A", help="Of every namespace.")] = False,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """List Components, Releases or Revisions, or show one."""
    from fairlead.cli.get import get as get_
    from fairlead.cli.table import KINDS

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is none of components, releases, revisions.", param_hint="KIND")
    if name and all_namespaces:
        raise typer.BadParameter("a NAME is looked for in one namespace: leave out -A.", param_hint="--all-namespaces")
    form = Format(output) if output in (ListFormat.JSON, ListFormat.YAML) else None
    wide = output is ListFormat.WIDE
    target = _target(namespace, context, kubeconfig)
    _show(get_(target, KINDS[kind], name, _now(), form=form, wide=wide, everywhere=all_namespaces))


@app.command()
def watch(name: Name, namespace: Namespace = None, context: Context = None, kubeconfig: Kubeconfig = None) -> None:
    """Follow the release of a Component until it ends; exit with 1 where it went back."""
    from fairlead.cli.watch import watch as watch_

    promoted = _run(watch_(_target(namespace, context, kubeconfig), name, _now))
    raise typer.Exit(0 if promoted else 1)


@app.command()
def why(
    name: Name,
    output: Output = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Tell where a Component stands, what holds it, who or what can change that, and the evidence."""
    from fairlead.cli.ask_why import ask_why

    _run(ask_why(_target(namespace, context, kubeconfig), name, _now(), output))


@app.command()
def promote(
    name: Name,
    output: Output = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Skip the holds that remain of the release under way."""
    from fairlead.cli.request import request

    _show(request(_target(namespace, context, kubeconfig), name, "Promote", _now(), output))


@app.command()
def rollback(
    name: Name,
    output: Output = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Send all traffic back to the stable revision and take away what the release brought."""
    from fairlead.cli.request import request

    _show(request(_target(namespace, context, kubeconfig), name, "Rollback", _now(), output))


@app.command()
def retry(
    name: Name,
    output: Output = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Try again what went back, unchanged."""
    from fairlead.cli.request import request

    _show(request(_target(namespace, context, kubeconfig), name, "Retry", _now(), output))


@app.command()
def plan(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A Component in the cluster, instead of a file.")] = "",
    file: Annotated[
        str, typer.Option("--filename", "-f", metavar="FILE", help="YAML with one Component; - is the standard input.")
    ] = "",
    output: Output = None,
    namespace: Namespace = None,
    context: Context = None,
    kubeconfig: Kubeconfig = None,
) -> None:
    """Tell what a release would do, without doing it. A file is also planned where there is no cluster."""
    from fairlead.cli.make_plan import make_plan

    if bool(name) == bool(file):
        raise typer.BadParameter("say either -f FILE or the NAME of a Component.", param_hint="NAME")
    accepted = _run(make_plan(_target(namespace, context, kubeconfig), name, file, output))
    raise typer.Exit(0 if accepted else 1)


@app.command(add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def operator(context: typer.Context) -> None:
    """Run the operator, usually in its own pod."""
    from fairlead.cli.operator import main as run_operator

    raise typer.Exit(run_operator(context.args))


@app.command()
def version() -> None:
    """Print the version of this program."""
    typer.echo(__version__)


def _target(namespace: str | None, context: str | None, kubeconfig: Path | None) -> Target:
    return Target(namespace=namespace, context=context, kubeconfig=kubeconfig)


def _now() -> datetime:
    return datetime.now().astimezone()


def _show(answer: Coroutine[Any, Any, str]) -> None:
    typer.echo(_run(answer))


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Do the work of a command; what cannot be done is told on the standard error."""
    import asyncio

    from fairlead.cli.failure import Failure

    try:
        return asyncio.run(work)
    except Failure as failure:
        typer.echo(f"error: {failure}", err=True)
        raise typer.Exit(1) from failure
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
