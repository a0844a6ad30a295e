"""A server of this test run over https, which its browser believes: some of what browsers do they do over https alone."""

import base64
import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pin() -> str:
    """By which Chromium knows the key: merely ignoring what is wrong with a certificate, it sends no reports."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = _key().public_key().public_bytes(serialization.Encoding.DER, form)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


@contextmanager
def served(port: int, app: Callable[..., Any]) -> Iterator[str]:
    """A WSGI application at an address of this machine."""
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=_context())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{port}"
    server.shutdown()
    server.server_close()


def _context() -> ssl.SSLContext:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, _key().public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(_key(), hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = _key().private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as place:
        both = Path(place, "both.pem")
        both.write_bytes(certificate.public_bytes(pem) + key)
        context.load_cert_chain(both)
    return context
