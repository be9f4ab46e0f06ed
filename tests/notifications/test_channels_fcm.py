"""FCM over real sockets: OAuth by signed assertion, HTTP v1, and what each refusal means for us."""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Iterator

import pytest

from notifications.channels.base import Delivered, Gone, Message, Outcome, Refused, Retry
from notifications.channels.fcm import FcmChannel
from tests.loopback.fcm import PROJECT, LoopbackFcm

MESSAGE = Message(
    title="Đã nhận phản ánh của bạn",
    body="Trung tâm đã nhận phản ánh AB12CD34 về “Ổ gà”.",
    url="/t/AB12CD34",
    tag="AB12CD34-7",
    urgency="high",
    ttl=3600,
)


@pytest.fixture
def fcm() -> Iterator[LoopbackFcm]:
    with LoopbackFcm() as server:
        yield server


@pytest.fixture
async def channel(fcm: LoopbackFcm) -> AsyncIterator[FcmChannel]:
    channel = FcmChannel(fcm.service_account, send_url=fcm.send_url, timeout=60.0)
    yield channel
    await channel.close()


async def test_a_message_arrives_as_it_was_written(fcm: LoopbackFcm, channel: FcmChannel) -> None:
    outcome = await channel.send(MESSAGE, {"token": "phone-1"})
    assert outcome == Delivered(f"projects/{PROJECT}/messages/1")
    [message] = fcm.messages
    assert message["token"] == "phone-1"
    assert message["notification"] == {"title": MESSAGE.title, "body": MESSAGE.body}
    assert message["data"] == {"url": "/t/AB12CD34", "tag": "AB12CD34-7"}
    assert message["android"]["priority"] == "high"
    assert message["android"]["ttl"] == "3600s"
    assert message["android"]["notification"]["tag"] == "AB12CD34-7"
    headers = message["apns"]["headers"]
    assert (headers["apns-collapse-id"], headers["apns-priority"]) == ("AB12CD34-7", "10")
    assert 3590 <= int(headers["apns-expiration"]) - time.time() <= 3601


async def test_one_oauth_token_serves_many_messages(fcm: LoopbackFcm, channel: FcmChannel) -> None:
    await channel.send(MESSAGE, {"token": "first"})
    outcomes = await asyncio.gather(*(channel.send(MESSAGE, {"token": f"phone-{n}"}) for n in range(20)))
    assert all(isinstance(one, Delivered) for one in outcomes)
    assert (len(fcm.messages), fcm.grants) == (21, 1)


async def test_registration_tokens_do_not_warn(fcm: LoopbackFcm, channel: FcmChannel) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        await channel.send(MESSAGE, {"token": "phone-1"})
    assert [str(one.message) for one in caught if issubclass(one.category, DeprecationWarning)] == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "UNREGISTERED", Gone),
        (403, "SENDER_ID_MISMATCH", Gone),
        (400, "INVALID_ARGUMENT", Refused),
        (429, "QUOTA_EXCEEDED", Retry),
        (401, "THIRD_PARTY_AUTH_ERROR", Retry),
        (403, None, Retry),
        (500, None, Retry),
        (503, None, Retry),
    ],
)
async def test_what_a_refusal_means(
    fcm: LoopbackFcm, channel: FcmChannel, status: int, code: str | None, kind: type[Outcome]
) -> None:
    # The library answers a 401 by fetching a new OAuth token and sending again, twice.
    for _ in range(3 if status == 401 else 1):
        fcm.fail("phone-1", status, code)
    outcome = await channel.send(MESSAGE, {"token": "phone-1"})
    assert isinstance(outcome, kind)
    # Nor did it arrive at a second try: the library's own sleeping retries are switched off.
    assert fcm.messages == []


async def test_the_wait_google_asks_for_is_passed_on(fcm: LoopbackFcm, channel: FcmChannel) -> None:
    fcm.fail("phone-1", 503, headers={"Retry-After": "17"})
    outcome = await channel.send(MESSAGE, {"token": "phone-1"})
    assert isinstance(outcome, Retry)
    assert outcome.after == 17


async def test_no_answer_is_a_retry(fcm: LoopbackFcm) -> None:
    channel = FcmChannel(fcm.service_account, send_url=fcm.send_url, timeout=0.2)
    await channel.send(MESSAGE, {"token": "warm"})
    fcm.stall("phone-1", 0.6)
    assert isinstance(await channel.send(MESSAGE, {"token": "phone-1"}), Retry)
    await channel.close()


async def test_a_revoked_key_is_a_retry(fcm: LoopbackFcm, channel: FcmChannel) -> None:
    fcm.refuse_grants = True
    outcome = await channel.send(MESSAGE, {"token": "phone-1"})
    assert isinstance(outcome, Retry)
    assert "invalid_grant" in outcome.reason
    fcm.refuse_grants = False
    assert isinstance(await channel.send(MESSAGE, {"token": "phone-1"}), Delivered)


async def test_nobody_listening_is_a_retry() -> None:
    with LoopbackFcm() as server:
        channel = FcmChannel(server.service_account, send_url=server.send_url, timeout=60.0)
    assert isinstance(await channel.send(MESSAGE, {"token": "phone-1"}), Retry)
    await channel.close()


@pytest.mark.parametrize("address", [{}, {"token": ""}, {"token": 7}])
async def test_an_address_without_token_is_gone(channel: FcmChannel, address: dict[str, object]) -> None:
    assert isinstance(await channel.send(MESSAGE, address), Gone)


def test_a_file_that_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="service account"):
        FcmChannel({"type": "authorized_user"})
