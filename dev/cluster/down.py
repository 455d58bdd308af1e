"""Taking a cluster down, and taking it away. Both work whatever state it was left in."""

from dev.cluster import sweep
from dev.cluster.home import Home

# Who asks goes before who answers.
_ORDER = ("kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd")


def take_down(home: Home) -> None:
    """Ends every process and removes every trace outside the home: what is kept there comes back with the next `up`."""
    with home.locked():
        _end(home)


def take_away(home: Home) -> None:
    """The same, and the home goes too."""
    with home.locked():
        _end(home)
        home.remove()


def _end(home: Home) -> None:
    if home.is_node:
        sweep.end_pods(home)
    for name in _ORDER:
        home.processes.stop(name)
    if home.is_node:
        sweep.remove_traces(home)
