"""The address an agency answers a mail at: it names the case, and nobody else can make one. Pure.

    phan-anh+DHFE33WTF.k3v9...@city.gov.vn

The signature is an HMAC over case and agency, in small letters and digits, because mail servers change case.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from reports.codes import read_code

_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """What an address says, believed by nobody before `is_genuine`."""

    code: str
    signature: str


def reply_to(base: str, code: str, agency: str, key: bytes) -> str:
    """The address for answers about this case by this agency. `base`: the city's own address for answers."""
    name, _, host = base.partition("@")
    return f"{name}+{code}.{_signature(code, agency, key)}@{host}"


def read_address(address: str, base: str) -> Answered | None:
    """The case an address of ours names; None for any other address."""
    name, _, host = base.casefold().partition("@")
    local, _, domain = address.strip().casefold().rpartition("@")
    prefix, _, rest = local.partition("+")
    typed, _, signature = rest.partition(".")
    code = read_code(typed)
    if (prefix, domain) != (name, host) or code is None or len(signature) != _LENGTH:
        return None
    return Answered(code, signature)


def is_genuine(answered: Answered, agency: str, key: bytes) -> bool:
    """Whether the address was made for this agency."""
    return hmac.compare_digest(answered.signature.encode(), _signature(answered.code, agency, key).encode())


def _signature(code: str, agency: str, key: bytes) -> str:
    digest = hmac.digest(key, f"answer {code} {agency}".encode(), hashlib.sha256)
    return base64.b32encode(digest).decode().casefold()[:_LENGTH]
