"""A resource of the API: where objects of one kind live."""

import re
from urllib.parse import quote

from msgspec import Struct

_PATH = re.compile(r"/(?:api|apis/[^/]+)/[^/]+/(?:namespaces/[^/]+/)?([^/]+)")


class Resource(Struct, frozen=True):
    """One kind of objects under one version of its group."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """`version`, or `group/version`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the path of the collection, of one object, or of its subresource."""
        parts = [f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"]
        if self.namespaced and namespace:
            parts.append(f"namespaces/{quote(namespace)}")
        parts.append(self.plural)
        parts += [quote(p) for p in (name, subresource) if p]
        return "/".join(parts)


def plural_in(path: str) -> str:
    """Return the plural of what a path is about; empty where it is about a whole group."""
    found = _PATH.match(path)
    return found[1] if found else ""
