"""TLS of the front: certificates are passed in as files; a client may show one, and need not."""

import ssl
from pathlib import Path


def context(certificate: Path, key: Path, client_authority: Path) -> ssl.SSLContext:
    """What the front listens with. Who shows a certificate of another authority is refused."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(client_authority))
    made.load_cert_chain(certificate, key)
    made.verify_mode = ssl.CERT_OPTIONAL
    return made
