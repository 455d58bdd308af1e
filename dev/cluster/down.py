"""Taking a cluster down, and taking it away. Both work whatever state it was left in."""

from dev.cluster import sweep
from dev.cluster.home import Home
from dev.cluster.processes import STOP_TIMEOUT_S

# Who asks goes before who answers.
_ORDER = ("kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd")


def take_down(home: Home) -> None:
    """Ends every process and removes every trace outside the home: what is kept there comes back with the next `up`."""
    with home.locked():
        _end(home, STOP_TIMEOUT_S)


def take_away(home: Home) -> None:
    """The same, and the home goes too. Nobody has to put in order what is thrown away: so this is quicker."""
    with home.locked():
        _end(home, timeout_s=0)
        home.remove()


def _end(home: Home, timeout_s: float) -> None:
    if home.is_node:
        sweep.end_pods(home, timeout_s)
    for name in _ORDER:
        home.processes.stop(name, timeout_s)
    if home.is_node:
        sweep.remove_traces(home)
