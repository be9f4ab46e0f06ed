"""Signatures of web hooks by the Standard Webhooks scheme, and secrets encrypted where they are kept. Pure.

    webhook-id: <id>            the same in each attempt
    webhook-timestamp: <seconds since 1970>
    webhook-signature: v1,<base64 of HMAC-SHA256(secret, "<id>.<timestamp>.<body>")> [v1,<by the other secret>]

A secret is 32 random bytes, written `whsec_<base64>`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX: Final = "whsec_"
_NONCE = 12


def new_secret() -> str:
    """A fresh secret as the agency's programmers are given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,<base64>` of one secret. Raises ValueError for a text that is no secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(all_secrets: Iterable[str], message_id: str, timestamp: str, body: bytes) -> Mapping[str, str]:
    """The three headers, signed by each secret that is good now."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in all_secrets),
    }


def seal(secret: str, signing_key: bytes) -> bytes:
    """The secret as the table keeps it."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(signing_key)).encrypt(nonce, secret.encode(), None)


def unseal(sealed: bytes, signing_key: bytes) -> str | None:
    """The secret again; None when the city's secret key is not the one it was sealed with."""
    try:
        return AESGCM(_key(signing_key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except InvalidTag:
        return None


def _key(signing_key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"secrets of agencies' web hooks").derive(signing_key)
