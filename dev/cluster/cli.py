"""The command line of the local cluster."""

import argparse
import os
import sys
from collections.abc import Callable
from shutil import rmtree
from subprocess import CalledProcessError

from dev.cluster import containers, control_plane, programs
from dev.cluster.cache import cache_folder
from dev.cluster.down import take_away, take_down
from dev.cluster.failure import ClusterError
from dev.cluster.home import Home, homes
from dev.cluster.images import app, operator
from dev.cluster.status import describe
from dev.cluster.up import bring_up_control_plane, bring_up_node

NODE_NAME, CONTROL_PLANE_NAME = "local", "control-plane"
IMAGES = {"app": app.build, "operator": operator.build}


def build(arguments: argparse.Namespace) -> None:
    """Builds what is not there yet and prints where it is."""
    if unknown := set(arguments.programs) - set(programs.ALL):
        raise ClusterError(f"build {min(unknown)}: choose from {', '.join(sorted(programs.ALL))}")
    for name in arguments.programs or sorted(programs.ALL):
        print(programs.ALL[name]())


def up(arguments: argparse.Namespace) -> None:
    """Brings the cluster up and prints its kubeconfig."""
    alone = arguments.control_plane_only
    home = Home(arguments.name or (CONTROL_PLANE_NAME if alone else NODE_NAME))
    (bring_up_control_plane if alone else bring_up_node)(home, arguments.audit)
    print(home.kubeconfig)


def kubeconfig(arguments: argparse.Namespace) -> None:
    """Prints the path of the administrator's kubeconfig."""
    print(_existing(arguments).kubeconfig)


def kubectl(arguments: argparse.Namespace) -> None:
    """Becomes kubectl for the cluster."""
    home = _existing(arguments)
    # The dashes with which the user ends our own options are not kubectl's.
    words = arguments.arguments[1:] if arguments.arguments[:1] == ["--"] else arguments.arguments
    environment = {**os.environ, "KUBECONFIG": str(home.kubeconfig), "KUBECACHEDIR": str(home.path / "kubectl")}
    os.execve(programs.kubernetes() / "kubectl", ["kubectl", *words], environment)


def status(arguments: argparse.Namespace) -> None:
    """Prints what runs."""
    chosen = [_existing(arguments)] if arguments.name else homes()
    print("\n\n".join(map(describe, chosen)) or "there is no cluster")


def down(arguments: argparse.Namespace) -> None:
    """Ends every process of the cluster; what it stored stays for the next up."""
    for home in homes() if arguments.all else [_existing(arguments)]:
        take_down(home)


def clean(arguments: argparse.Namespace) -> None:
    """Down, and nothing stays but what was built; with --cache not even that."""
    for home in homes() if arguments.all else [_named(arguments)]:
        take_away(home)
    if arguments.cache:
        rmtree(cache_folder(), ignore_errors=True)


def image(arguments: argparse.Namespace) -> None:
    """Builds the image, loads it into the node if that is up, and prints its archive."""
    made = IMAGES[arguments.image]()
    home = _named(arguments)
    if home.is_node and containers.answers(home):
        containers.load(home, made)
    print(f"{made.reference} {made.digest}", file=sys.stderr)
    print(made.archive)


def crds(_: argparse.Namespace) -> None:
    """Prints the folder with the CustomResourceDefinitions of the Gateway API."""
    print(programs.gateway_api())


def _named(arguments: argparse.Namespace) -> Home:
    return Home(arguments.name or NODE_NAME)


def _existing(arguments: argparse.Namespace) -> Home:
    home = _named(arguments)
    if not home.exists:
        raise ClusterError(f"There is no cluster {home.name}. First: python3 -m dev.cluster up --name {home.name}")
    return home


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m dev.cluster", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="verb")

    def verb(does: Callable[[argparse.Namespace], None], named: bool = True) -> argparse.ArgumentParser:
        added = verbs.add_parser(does.__name__, help=does.__doc__, description=does.__doc__)
        added.set_defaults(does=does)
        if named:
            added.add_argument("--name", help=f"of the cluster; {NODE_NAME} if not given")
        return added

    verb(build, named=False).add_argument("programs", nargs="*", help=f"of {', '.join(sorted(programs.ALL))}; or all")
    starting = verb(up)
    starting.add_argument("--control-plane-only", action="store_true", help="etcd and kube-apiserver, nothing else")
    starting.add_argument(
        "--audit",
        nargs="?",
        const=control_plane.AUDIT_LEVELS[0],
        default="",
        choices=control_plane.AUDIT_LEVELS,
        help="write each request to log/audit.jsonl of the cluster, from now on; with RequestResponse also its bodies",
    )
    verb(kubeconfig)
    verb(kubectl).add_argument("arguments", nargs=argparse.REMAINDER)
    verb(status)
    verb(down).add_argument("--all", action="store_true", help="every cluster made here")
    cleaning = verb(clean)
    cleaning.add_argument("--all", action="store_true", help="every cluster made here")
    cleaning.add_argument("--cache", action="store_true", help="what was built, too")
    verb(image).add_argument("image", choices=sorted(IMAGES))
    verb(crds, named=False)
    return parser


def main() -> int:
    """Does what the command line says. Returns the exit code."""
    arguments = _parser().parse_args()
    try:
        arguments.does(arguments)
    except ClusterError as failure:
        print(failure, file=sys.stderr)
        return 1
    except CalledProcessError as failure:
        said = failure.stderr if isinstance(failure.stderr, str) else (failure.stderr or b"").decode(errors="replace")
        print(f"{failure}\n{said}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
