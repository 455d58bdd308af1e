"""A Revision packed for storage, and back: compressed, in chunks that fit into a Secret each."""

import base64
import zlib

import msgspec

from fairlead.core.revision.stored import StoredRevision

#: A Secret holds 1 MiB; base64 takes a third of it.
CHUNK_BYTES = 700_000

_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(StoredRevision)


def pack(revision: StoredRevision) -> list[str]:
    """Return the chunks of a Revision, each as the base64 text of a Secret's value."""
    packed = zlib.compress(_encoder.encode(revision), 9)
    return [base64.b64encode(packed[i : i + CHUNK_BYTES]).decode() for i in range(0, len(packed), CHUNK_BYTES)]


def unpack(chunks: list[str]) -> StoredRevision:
    """Return the Revision of its chunks. Raises ValueError where they are not whole."""
    try:
        return _decoder.decode(zlib.decompress(b"".join(base64.b64decode(c) for c in chunks)))
    except (ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise ValueError(f"the stored manifests are not readable: {error}") from error
