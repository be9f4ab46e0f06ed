"""Firebase Cloud Messaging, HTTP v1, by firebase-admin.

Three habits of the library are worked around here, each on purpose:

* it has no setting for the address it posts to, so the address of this one app's messaging service is set on
  the instance (the class is left alone: two channels with different addresses may live in one process);
* it retries 500 and 503 by itself and sleeps as long as `Retry-After` says while it holds the thread; our own
  retries are visible in the delivery row, so its retries are switched off;
* its asyncio client binds itself to the first event loop it meets; the synchronous call in a thread has no
  such tie.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import firebase_admin
import requests
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError

from notifications.channels.base import Delivered, Gone, Message, Outcome, Refused, Retry, Target
from notifications.channels.waits import retry_after

# Nothing the phone does or the sender says will make these tokens ours.
_DEAD = (messaging.UnregisteredError, messaging.SenderIdMismatchError)
# Our words are wrong: the same words again will be as wrong.
_WRONG = (exceptions.InvalidArgumentError, exceptions.OutOfRangeError, exceptions.FailedPreconditionError)


class FcmChannel:
    """Target address: {"token": registration token of the phone}."""

    def __init__(
        self, service_account: Mapping[str, Any], *, send_url: str | None = None, timeout: float = 10.0
    ) -> None:
        """`service_account` is the parsed JSON key file; its `token_uri` is where the OAuth token is fetched.

        `send_url` replaces https://fcm.googleapis.com/v1/projects/<project>/messages:send. `timeout` in
        seconds. Raises ValueError when the key file is not a usable service account.
        """
        self._app = firebase_admin.initialize_app(
            credentials.Certificate(dict(service_account)),
            {"httpTimeout": timeout},
            name=f"hientruong-{uuid4()}",
        )
        service = messaging._get_messaging_service(self._app)
        if send_url is not None:
            service._fcm_url = send_url
        for prefix in list(service._client.session.adapters):
            service._client.session.mount(prefix, requests.adapters.HTTPAdapter(pool_maxsize=32, max_retries=0))

    async def send(self, message: Message, target: Target) -> Outcome:
        token = target.get("token")
        if not isinstance(token, str) or not token:
            return Gone("the target has no registration token")
        return await asyncio.to_thread(self._send, _wire(message, token))

    def _send(self, wire: messaging.Message) -> Outcome:
        try:
            return Delivered(messaging.send(wire, app=self._app))
        except _DEAD as error:
            return Gone(_say(error))
        except _WRONG as error:
            return Refused(_say(error))
        except exceptions.FirebaseError as error:
            return Retry(_say(error), _asked_wait(error))
        except (GoogleAuthError, requests.RequestException) as error:
            # No OAuth token: revoked key, wrong clock or no network. All three can be repaired while we wait.
            return Retry(_say(error))

    async def close(self) -> None:
        # delete_app runs its own event loop, which is only allowed in a thread that has none.
        with suppress(ValueError):
            await asyncio.to_thread(firebase_admin.delete_app, self._app)


def _wire(message: Message, token: str) -> messaging.Message:
    high = message.urgency == "high"
    lifetime = timedelta(seconds=message.ttl)
    expiry = int((datetime.now(UTC) + lifetime).timestamp())
    wire = messaging.Message(
        notification=messaging.Notification(title=message.title, body=message.body),
        data={"url": message.url, "tag": message.tag},
        # The tag replaces an earlier notice of the same delivery on the phone. A collapse key would do so in
        # Google's queue already, but a phone may have four at a time, and a fifth report's notice would be
        # lost.
        android=messaging.AndroidConfig(
            priority="high" if high else "normal",
            ttl=lifetime,
            notification=messaging.AndroidNotification(tag=message.tag),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-collapse-id": message.tag,
                "apns-priority": "10" if high else "5",
                "apns-expiration": str(expiry),
            },
            payload=messaging.APNSPayload(aps=messaging.Aps(sound="default")),
        ),
    )
    # Phones send registration tokens, which the library still transmits but whose constructor argument warns.
    wire.token = token
    return wire


def _asked_wait(error: exceptions.FirebaseError) -> float | None:
    response = error.http_response
    return retry_after(response.headers.get("Retry-After"), datetime.now(UTC)) if response is not None else None


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
