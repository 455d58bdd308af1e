"""Which Service has which cluster address and which node port: none is given twice.

Follows the Services write by write, so that a new one costs the same among ten as among ten thousand.
"""

from collections.abc import Iterator

from fairlead.sim.api.storage import Event, Stored, Table
from fairlead.sim.api.types.kinds.service_address import numbers

_ADDRESS, _TYPE = range(2)
"""Where they are among the selectable fields of a Service."""
_WITHOUT_ADDRESS = ("", "None")
_INTERNAL = "ClusterIP"

Number = str | int


class Allocated:
    """The addresses and ports of one table of Services. A watcher of it, for as long as it lives."""

    def __init__(self, services: Table) -> None:
        self._holders: dict[Number, str] = {}
        services.watchers.setdefault("", []).append(self)

    def holder(self, number: Number) -> str:
        """The uid of the Service that has this cluster address or node port; empty where none has."""
        return self._holders.get(number, "")

    def offer(self, event: Event) -> None:
        """A Service was written."""
        if event.old is not None:
            for number in _numbers(event.old):
                self._holders.pop(number, None)
        if event.new is not None:
            self._holders |= dict.fromkeys(_numbers(event.new), event.new.uid)

    def close(self) -> None:
        """Services are always served."""


def _numbers(service: Stored) -> Iterator[Number]:
    address = service.fields[_ADDRESS]
    if address not in _WITHOUT_ADDRESS:
        yield address
    # Most Services have no node ports, and only those that have some need be decoded.
    if service.fields[_TYPE] != _INTERNAL:
        yield from numbers([service.decode()["spec"]])
