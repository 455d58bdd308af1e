"""Digests of content: the same content has the same digest, whatever the order of its keys.

Nothing of Fairlead's version goes in: an upgrade of Fairlead must not start a release.
"""

import hashlib
from typing import Any

import msgspec

SUFFIX_LENGTH = 10
#: Lower case, DNS-safe, without vowels and look-alikes, so that no suffix spells a word (Kubernetes' own alphabet).
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(value: Any) -> Any:
    """Return a copy of a JSON value in its normal form.

    Whole floats are integers, because 1 and 1.0 are the same number in JSON; a null in an object is an absent field, as
    it is for Kubernetes.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(k): canonical(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [canonical(v) for v in value]
    return value


def digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form, in hexadecimal."""
    return hashlib.sha256(_encoder.encode(canonical(value))).hexdigest()


def suffix(hex_digest: str) -> str:
    """Return the ten characters by which a copy is named."""
    number = int(hex_digest, 16)
    letters = []
    for _ in range(SUFFIX_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)
