"""The channels of one process, from what the city has set."""

import json
from pathlib import Path

from notifications.channels.base import Channel
from notifications.channels.console import ConsoleChannel
from notifications.channels.doorway import PUBLIC_ONLY, Doorway
from notifications.channels.fcm import FcmChannel
from notifications.channels.vapid import Vapid
from notifications.channels.webpush import WebPushChannel


def open_channels(
    *,
    vapid: Vapid,
    doorway: Doorway = PUBLIC_ONLY,
    service_account: Path | None = None,
    fcm_url: str | None = None,
    console: bool = False,
) -> dict[str, Channel]:
    """By name, for `tasks.Wiring`. Web push needs no account with anybody; FCM is there with its key file.

    Raises ValueError (or OSError) when the key file cannot be used, so that a process tells at its start.
    """
    channels: dict[str, Channel] = {"webpush": WebPushChannel(vapid, doorway)}
    if service_account is not None:
        channels["fcm"] = FcmChannel(json.loads(service_account.read_text()), send_url=fcm_url)
    if console:
        channels["console"] = ConsoleChannel()
    return channels
