"""The grammar of the tus 1.0 headers: text in, values out, nothing else.

https://tus.io/protocols/resumable-upload, extensions creation, creation-with-upload, expiration, checksum,
termination.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from media.problems import UploadHeaderInvalid

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
# Every name here is one of hashlib's as well.
CHECKSUMS = ("sha1", "sha256", "md5")

_LONGEST_METADATA = 4096
_LONGEST_FILENAME = 120
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")
_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Checksum:
    """The digest the client promises for the body of one request."""

    algorithm: str
    digest: bytes


def number(name: str, value: str | None) -> int:
    """A header that is a non-negative integer; raises UploadHeaderInvalid when absent or anything else."""
    if value is None or not _NUMBER.fullmatch(value):
        raise UploadHeaderInvalid(f"{name} is needed, as a non-negative whole number.")
    return int(value)


def metadata(value: str | None) -> dict[str, str]:
    """`Upload-Metadata`: pairs of key and Base64 value; a key may stand alone. Raises UploadHeaderInvalid."""
    if value is None or not value.strip():
        return {}
    if len(value) > _LONGEST_METADATA:
        raise UploadHeaderInvalid(f"Upload-Metadata is longer than {_LONGEST_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in value.split(","):
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise UploadHeaderInvalid("Upload-Metadata has an empty, repeated or impossible key.")
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode("utf-8").replace("\0", "")
        except (binascii.Error, ValueError) as fault:
            raise UploadHeaderInvalid("Upload-Metadata has a value that is no Base64 of text.") from fault
    return found


def metadata_header(values: Mapping[str, str]) -> str:
    """The header that `metadata` reads back."""
    pairs = ((key, base64.b64encode(text.encode()).decode()) for key, text in values.items())
    return ",".join(f"{key} {text}".rstrip() for key, text in pairs)


def checksum(value: str | None) -> Checksum | None:
    """`Upload-Checksum`: algorithm and Base64 digest; None when absent. Raises UploadHeaderInvalid."""
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise UploadHeaderInvalid(f"The checksum algorithms are {', '.join(CHECKSUMS)}.")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise UploadHeaderInvalid("Upload-Checksum is not Base64.") from fault
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise UploadHeaderInvalid("Upload-Checksum has the wrong length for its algorithm.")
    return Checksum(algorithm, digest)


def expires_header(at: datetime) -> str:
    """`Upload-Expires` as RFC 9110 writes dates."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def filename(values: Mapping[str, str]) -> str | None:
    """The last part of the name the client gave, without control characters; for display only, never a
    path."""
    given = values.get("filename") or values.get("name") or ""
    last = re.split(r"[/\\]", given)[-1]
    clean = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return clean[:_LONGEST_FILENAME] or None
