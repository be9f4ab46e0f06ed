"""Where a device wants to be reached by push."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.channels.doorway import PUBLIC_ONLY, Doorway
from reports.problems import BadInput

_LONGEST_TOKEN = 4096

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:fingerprint, 0))")
_RELEASE = text("DELETE FROM push_target WHERE fingerprint = :fingerprint AND device_id <> :device_id")
_KEEP = text("""
INSERT INTO push_target (device_id, kind, address, fingerprint, created_at)
VALUES (:device_id, :kind, CAST(:address AS jsonb), :fingerprint, :now)
ON CONFLICT (device_id, kind) DO UPDATE
SET address = excluded.address, fingerprint = excluded.fingerprint, created_at = excluded.created_at
""")
_REMOVE = text("DELETE FROM push_target WHERE device_id = :device_id")


async def register(
    conn: AsyncConnection,
    device_id: UUID,
    kind: str,
    address: Mapping[str, Any],
    *,
    now: datetime,
    doorway: Doorway = PUBLIC_ONLY,
) -> None:
    """Keep `address` as the device's one target of this kind; another device that had it loses it.

    Raises BadInput as `checked` does.
    """
    clean = checked(kind, address, doorway)
    values = {
        "device_id": device_id,
        "kind": kind,
        "address": json.dumps(clean),
        "fingerprint": fingerprint(kind, clean),
        "now": now,
    }
    # Two devices that bring one address at the same moment take turns instead of meeting in the unique key.
    await conn.execute(_LOCK, values)
    await conn.execute(_RELEASE, values)
    await conn.execute(_KEEP, values)


def checked(kind: str, address: Mapping[str, Any], doorway: Doorway = PUBLIC_ONLY) -> dict[str, Any]:
    """The address as it is kept: {"token"} for fcm, {"endpoint", "keys": {"p256dh", "auth"}} for webpush.

    Anything else in it is dropped. Raises BadInput, EndpointRefused for an endpoint we may not call.
    """
    return _fcm(address) if kind == "fcm" else _webpush(kind, address, doorway)


async def remove(conn: AsyncConnection, device_id: UUID) -> None:
    """Forget all push targets of the device; its inbox stays."""
    await conn.execute(_REMOVE, {"device_id": device_id})


def fingerprint(kind: str, address: Mapping[str, Any]) -> str:
    """SHA-256 hex of what makes the address the same address."""
    return hashlib.sha256(f"{kind} {address['token' if kind == 'fcm' else 'endpoint']}".encode()).hexdigest()


def _fcm(address: Mapping[str, Any]) -> dict[str, Any]:
    token = address.get("token")
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN or not token.isprintable():
        raise BadInput(("/token", "must be the registration token of the phone"))
    return {"token": token}


def _webpush(kind: str, address: Mapping[str, Any], doorway: Doorway) -> dict[str, Any]:
    if kind != "webpush":
        raise BadInput(("/kind", "must be fcm or webpush"))
    endpoint, keys = address.get("endpoint"), address.get("keys")
    if not isinstance(endpoint, str):
        raise BadInput(("/subscription/endpoint", "must be the address the browser gave"))
    if not isinstance(keys, Mapping):
        raise BadInput(("/subscription/keys", "must be the keys the browser gave"))
    doorway.check(endpoint)
    p256dh, auth = keys.get("p256dh"), keys.get("auth")
    if not _is_point(p256dh):
        raise BadInput(("/subscription/keys/p256dh", "must be an uncompressed point on P-256 in base64url"))
    if len(_bytes(auth)) != 16:
        raise BadInput(("/subscription/keys/auth", "must be 16 bytes in base64url"))
    return {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}


def _is_point(encoded: Any) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(encoded))
    except ValueError:
        return False
    return len(_bytes(encoded)) == 65


def _bytes(encoded: Any) -> bytes:
    """The bytes of base64url with or without padding; empty for anything else."""
    if not isinstance(encoded, str) or not encoded.isascii() or len(encoded) > 200:
        return b""
    bare = encoded.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), b"-_", validate=True)
    except ValueError:
        return b""
