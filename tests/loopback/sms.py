"""A city's message provider on the loopback: takes signed calls of its web hook and keeps what phones would show.

    with LoopbackSms() as sms:
        # HIENTRUONG_SMS_URL=sms.url  HIENTRUONG_SMS_SECRET=sms.secret
        sms.code_for("+84912345678")        # the six digits of the newest message, waits for it

It refuses (403) what is not signed with the secret, or was signed more than five minutes ago.
"""

import hashlib
import hmac
import json
import re
import time

from tests.loopback.listener import Answer, Listener, Request, wait_until

LONGEST_AGE_S = 300


class LoopbackSms(Listener):
    """`messages`: (number, text) in their order; `refused`: how many calls were not signed as agreed."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = "mot-khoa-chung-voi-nha-mang"
        self.messages: list[tuple[str, str]] = []
        self.refused = 0
        self.status = 200

    @property
    def url(self) -> str:
        return f"{self.origin}/messages"

    def handle(self, request: Request) -> Answer:
        stamp = request.headers.get("X-Hientruong-Timestamp", "0")
        wanted = hmac.new(self.secret.encode(), stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Hientruong-Signature", "")
        if not hmac.compare_digest(given, f"sha256={wanted}") or time.time() - int(stamp) > LONGEST_AGE_S:
            self.refused += 1
            return Answer(403)
        message = json.loads(request.body)
        if self.status == 200:
            self.messages.append((message["to"], message["text"]))
        return Answer(self.status)

    def sent_to(self, number: str) -> list[str]:
        return [text for to, text in list(self.messages) if to == number]

    def code_for(self, number: str, after: int = 0) -> str:
        """The code in the newest message to `number`, once there are more than `after` of them."""
        wait_until(lambda: len(self.sent_to(number)) > after)
        found = re.search(r"\b[0-9]{6}\b", self.sent_to(number)[-1])
        assert found is not None
        return found[0]
