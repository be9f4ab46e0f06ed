"""What the push services were told, seen from the story: a loopback FCM and a loopback web push service."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from pathlib import Path

from api.clients import Client
from tests.loopback.fcm import LoopbackFcm
from tests.loopback.webpush import Browser, LoopbackPush

PUSH_SECONDS = 90.0


@dataclass
class Notices:
    """Both services, and who is registered with them."""

    fcm: LoopbackFcm
    push: LoopbackPush

    def settings(self, folder: Path) -> dict[str, str]:
        """What the city's processes need to find them."""
        account = self.fcm.write_service_account(folder / "service-account.json")
        return {
            "HIENTRUONG_FCM_SERVICE_ACCOUNT": str(account),
            "HIENTRUONG_FCM_URL": self.fcm.send_url,
            "HIENTRUONG_WEBPUSH_PRIVATE_HOSTS": "true",
        }

    async def register_fcm(self, phone: Client) -> str:
        """The phone wants FCM; gives its registration token."""
        token = f"token-{uuid.uuid4()}"
        await phone.ask("PUT", "/api/v1/devices/me/push", json={"kind": "fcm", "token": token})
        return token

    async def register_browser(self, phone: Client) -> Browser:
        """The browser wants web push."""
        browser = self.push.subscribe()
        body = {"kind": "webpush", "subscription": browser.subscription}
        await phone.ask("PUT", "/api/v1/devices/me/push", json=body)
        return browser

    async def fcm_events(self, phone: Client, token: str, until: str) -> list[str]:
        """The events the phone was told over FCM, in order, once `until` is among them.

        A push holds only words for a person; which event they tell of, the same words in the inbox say.
        """
        async with asyncio.timeout(PUSH_SECONDS):
            while True:
                inbox = (await phone.get("/api/v1/devices/me/inbox"))["items"]
                known = {(item["title"], item["body"]): item["event"] for item in inbox}
                shown = [message["notification"] for message in self.fcm.sent_to(token)]
                events = [known.get((notice["title"], notice["body"]), "unknown") for notice in shown]
                if until in events:
                    return [str(event) for event in events]
                await asyncio.sleep(0.05)
