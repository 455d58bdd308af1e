"""The version in which a set of fields was written: what it is compared in."""

from collections.abc import Callable

from fairlead.sim.api.apply.check import check
from fairlead.sim.api.apply.compare import Comparison, compare
from fairlead.sim.api.apply.fieldset import Fields
from fairlead.sim.api.apply.reset import reset_fields
from fairlead.sim.api.apply.shape import Shape, shape_of
from fairlead.sim.api.types.kind import Kind, Object

Versions = Callable[[str], Kind | None]
"""Finds a served version of a kind by its apiVersion."""


def no_versions(_api_version: str) -> Kind | None:
    """A kind that is served in one version."""
    return None


class Versioned:
    """One kind in the version of the request, and in those in which others wrote."""

    def __init__(self, kind: Kind, subresource: str, versions: Versions) -> None:
        self.kind = kind
        self._subresource = subresource
        self._versions = versions

    def at(self, api_version: str) -> Kind | None:
        """The kind in that version; None where it is no longer served."""
        return self.kind if api_version == self.kind.api_version else self._versions(api_version)

    def shape(self, kind: Kind | None = None) -> Shape:
        """Of this version, or of another one."""
        return shape_of((kind or self.kind).schema)

    def convert(self, obj: Object, to: Kind, of: Kind | None = None) -> Object:
        """An object of this version, or `of` another one, in the version `to`.

        Raises Mistyped where it does not fit that version: other than what is stored, it may not have an item twice.
        """
        origin = of or self.kind
        if to is origin:
            return obj
        # The stored form has the defaults of its version, which nobody wrote.
        converted = to.load(obj if to.custom else origin.store(obj))
        check(converted, self.shape(to))
        return converted

    def compare(self, old: Object, new: Object, kind: Kind) -> Comparison:
        """Two objects of this version compared in another one, without the fields that are not the request's.

        A custom resource knows these in the version of the request alone: in another one they count as written.
        """
        found = compare(self.convert(old, kind), self.convert(new, kind), self.shape(kind))
        return found if kind.custom and kind is not self.kind else found.except_for(self.reset)

    @property
    def reset(self) -> Fields:
        """The fields that are not the request's."""
        return reset_fields(self.kind, self._subresource)
