"""The city's own key pair for web push (RFC 8292)."""

import base64
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

# RFC 8292 section 2 allows a day; half leaves room for clocks that are wrong.
_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Vapid:
    """A key on P-256 and the address at which a push service may complain."""

    key: ec.EllipticCurvePrivateKey
    #: `mailto:` or `https:` URI.
    subject: str

    @property
    def public(self) -> str:
        """The uncompressed point, base64url without padding: the browser's `applicationServerKey`."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The `Authorization` header for one request to `endpoint`."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + _LIFETIME).timestamp()),
            "sub": self.subject,
        }
        return f"vapid t={jwt.encode(claims, self.key, algorithm='ES256')}, k={self.public}"


def load_or_make_vapid(path: Path, subject: str) -> Vapid:
    """The key kept at `path` (PEM, readable by its owner only), made on the first call.

    A new key silently ends every subscription made with the old one, so a file that cannot be read raises
    ValueError instead of being replaced. Several processes may call this at once: all get the key of the one
    that linked first.
    """
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} holds no key on the curve P-256")
    return Vapid(key, subject)


def _make(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    # A link fails when the name is taken, so the loser of a race never overwrites the winner's key; and a
    # reader sees either no file or the whole file.
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
