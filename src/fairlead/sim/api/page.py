"""A list in pieces: which objects a list holds at which version, and where the next piece begins.

A token names a key and a version. Once that version is forgotten the token has expired, and the refusal brings another
one that goes on with what is there now. Must not know how objects are shown.
"""

import base64
import binascii
import posixpath
from bisect import bisect_left

import msgspec
from msgspec import Struct

from fairlead.sim.api.cache import from_the_future, is_cached
from fairlead.sim.api.failure import Failure, bad_request, expired, unexplained
from fairlead.sim.api.options import ListOptions
from fairlead.sim.api.select import Selection
from fairlead.sim.api.storage import Storage, Stored, Table, key_of
from fairlead.sim.api.types.cause import shown

CONTINUE_EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)
VERSION_EXPIRED = "The resourceVersion for the provided list is too old."
INVALID = "invalid continue token: continue key is not valid"


class Page(Struct, frozen=True, kw_only=True):
    """One piece of a list."""

    objects: list[Stored]
    version: int
    token: str = ""
    remaining: int | None = None
    """How many objects follow; None when there are none, or when a selector would have to be asked."""


class _Token(Struct, frozen=True, kw_only=True):
    api_version: str = msgspec.field(name="v", default="")
    version: int = msgspec.field(name="rv", default=0)
    start: str = ""


def page(storage: Storage, table: Table, namespace: str, selection: Selection, options: ListOptions) -> Page:
    """What a list answers with. Raises Failure for tokens and versions that are wrong, forgotten or yet to come."""
    version, start, limit = _where(storage, table, options)
    if selection.name and (namespace or not _namespaced(table)):
        return _single(table, key_of(namespace, selection.name), version, selection)
    found = table.at(version, namespace)
    if start:
        found = found[bisect_left(found, f"{namespace}/{start}" if namespace else start, key=lambda one: one.key) :]
    test = selection.test
    if limit <= 0:
        return Page(objects=[one for one in found if test(one)] if test else found, version=version)
    chosen: list[Stored] = []
    for at, one in enumerate(found):
        if test is None or test(one):
            chosen.append(one)
            if len(chosen) == limit and at + 1 < len(found):
                token = _encode("/" + one.key.removeprefix(f"{namespace}/") + "\0", version)
                return Page(objects=chosen, version=version, token=token, remaining=_rest(found, at, selection))
    return Page(objects=chosen, version=version)


def version_of(text: str) -> int:
    """A version from a query; nothing is 0. Raises ValueError with the words of the API server."""
    if (text and not text.isascii()) or (text and not text.isdigit()):
        raise ValueError(
            f"resourceVersion: Invalid value: {shown(text)}: strconv.ParseUint: parsing {shown(text)}: invalid syntax"
        )
    return int(text or "0")


def get_version(text: str, storage: Storage, table: Table) -> None:
    """Refuse a single read that wants a version which is wrong or yet to come."""
    try:
        version = version_of(text)
    except ValueError as wrong:
        raise unexplained(str(wrong)) from None
    _not_future(storage, table, version)


def _rest(found: list[Stored], at: int, selection: Selection) -> int | None:
    return None if selection.labels or selection.fields else len(found) - at - 1


def _namespaced(table: Table) -> bool:
    return any("/" in key for key in table.order[:1])


def _single(table: Table, key: str, version: int, selection: Selection) -> Page:
    test = selection.test
    if version >= table.version:
        found = table.objects.get(key)
        objects = [found] if found is not None else []
    else:
        objects = [one for one in table.at(version) if one.key == key]
    return Page(objects=[one for one in objects if test is None or test(one)], version=version)


def _where(storage: Storage, table: Table, options: ListOptions) -> tuple[int, str, int]:
    """The version to list, the key to begin at, and how many."""
    if options.token:
        if options.version not in ("", "0"):
            raise bad_request("specifying resource version is not allowed when using continue")
        token = _decode(options.token)
        version = storage.version if token.version < 0 else token.version
        if version < storage.compacted:
            raise _token_expired(token)
        limit = 0 if options.version == "0" else options.limit
        return _not_future(storage, table, version), token.start.removeprefix("/"), limit
    try:
        version = version_of(options.version)
    except ValueError as wrong:
        raise bad_request(f"invalid resource version: {wrong}") from None
    if not version:
        # From 0 the real one answers out of its cache, which knows no pieces.
        return storage.version, "", 0 if options.version and is_cached(table) else options.limit
    _not_future(storage, table, version)
    if options.match == "Exact" or (not options.match and options.limit > 0):
        if version < storage.compacted:
            raise expired(VERSION_EXPIRED)
        return version, "", options.limit
    return storage.version, "", options.limit


def _not_future(storage: Storage, table: Table, version: int) -> int:
    if version > storage.version:
        raise from_the_future(version, storage, table)
    return version


def _token_expired(token: _Token) -> Failure:
    failure = expired(CONTINUE_EXPIRED)
    failure.metadata = {"continue": _encode(token.start.removeprefix("/"), -1)}
    return failure


def _encode(start: str, version: int) -> str:
    token = msgspec.json.encode(_Token(api_version="meta.k8s.io/v1", version=version, start=start))
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _decode(text: str) -> _Token:
    wrong = next((at for at, one in enumerate(text) if not (one.isascii() and (one.isalnum() or one in "-_"))), None)
    if wrong is not None:
        raise bad_request(f"{INVALID}: illegal base64 data at input byte {wrong}")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise bad_request(f"{INVALID}: illegal base64 data at input byte {len(text) // 4 * 4}") from None
    try:
        token = msgspec.json.decode(data, type=_Token)
    except (msgspec.DecodeError, UnicodeDecodeError):
        first = chr(data[0]) if data else ""
        raise bad_request(f"{INVALID}: invalid character '{first}' looking for beginning of value") from None
    if token.api_version != "meta.k8s.io/v1":
        raise bad_request(f"{INVALID}: server does not recognize this encoded version {token.api_version}")
    if token.version == 0:
        raise bad_request(f"{INVALID}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    if not token.start:
        raise bad_request(f"{INVALID}: encoded start key empty (version meta.k8s.io/v1)")
    rooted = token.start if token.start.startswith("/") else f"/{token.start}"
    if posixpath.normpath(rooted) != rooted:
        raise bad_request(f"{INVALID}: {token.start}")
    return token
