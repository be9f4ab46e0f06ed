"""Text messages by the city's own provider: one signed POST to the address in the settings, and to no other.

    POST <HIENTRUONG_SMS_URL>   {"to": "+84912345678", "text": "..."}
    X-Hientruong-Timestamp: <seconds since 1970>
    X-Hientruong-Signature: sha256=<hex of HMAC-SHA256(HIENTRUONG_SMS_SECRET, "<timestamp>.<body>")>

Any 2xx means taken. Neither number nor text is ever logged.
"""

import hashlib
import hmac
import logging
from datetime import datetime

import httpx2
import orjson

from api.settings import Sms

SECONDS = 10.0
log = logging.getLogger(__name__)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature header: the provider computes the same and compares."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"


async def send(settings: Sms, to: str, text: str, now: datetime) -> bool:
    """Hand one message to the provider; False when it did not take it, which is logged without the number."""
    body, timestamp = orjson.dumps({"to": to, "text": text}), str(int(now.timestamp()))
    secret = settings.secret.get_secret_value() if settings.secret else ""
    headers = {
        "Content-Type": "application/json",
        "X-Hientruong-Timestamp": timestamp,
        "X-Hientruong-Signature": signature(secret, timestamp, body),
    }
    try:
        # No proxies of the environment and no redirects: the address in the settings is the only one.
        async with httpx2.AsyncClient(timeout=SECONDS, trust_env=False, follow_redirects=False) as http:
            answer = await http.post(settings.url or "", content=body, headers=headers)
    except httpx2.HTTPError as error:
        log.warning("the message service cannot be reached (%s)", type(error).__name__)
        return False
    if not answer.is_success:
        log.warning("the message service answered %s", answer.status_code)
    return answer.is_success
