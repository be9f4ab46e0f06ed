"""Web push over real sockets; the body is opened by http_ece and once more by hand after RFC 8291."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications.channels.base import Delivered, Gone, Message, Outcome, Refused, Retry
from notifications.channels.doorway import Doorway
from notifications.channels.vapid import Vapid, load_or_make_vapid
from notifications.channels.webpush import WebPushChannel, seal, topic
from tests.loopback.webpush import Browser, LoopbackPush

MESSAGE = Message(
    title="Trung tâm cần hỏi thêm bạn",
    body="Để xử lý đúng phản ánh AB12CD34 về “Đèn đường”, chúng tôi cần bạn cho biết thêm.",
    url="/t/AB12CD34",
    tag="AB12CD34-7",
    urgency="high",
    ttl=3600,
)


@pytest.fixture
def service() -> Iterator[LoopbackPush]:
    with LoopbackPush() as server:
        yield server


@pytest.fixture
def vapid(tmp_path: Path) -> Vapid:
    return load_or_make_vapid(tmp_path / "vapid.pem", "mailto:ioc@vungtau.example")


@pytest.fixture
async def channel(service: LoopbackPush, vapid: Vapid) -> AsyncIterator[WebPushChannel]:
    channel = WebPushChannel(vapid, Doorway((service.origin,)), timeout=60.0)
    yield channel
    await channel.close()


async def test_the_browser_reads_what_was_written(service: LoopbackPush, channel: WebPushChannel) -> None:
    browser = service.subscribe()
    outcome = await channel.send(MESSAGE, browser.subscription)
    assert outcome == Delivered(f"{service.origin}/message/1")
    [push] = browser.received
    assert push.shown == {
        "title": MESSAGE.title,
        "body": MESSAGE.body,
        "url": "/t/AB12CD34",
        "tag": "AB12CD34-7",
    }
    assert push.headers["TTL"] == "3600"
    assert push.headers["Urgency"] == "high"
    assert push.headers["Topic"] == topic("AB12CD34-7")


async def test_we_say_who_we_are(service: LoopbackPush, channel: WebPushChannel, vapid: Vapid) -> None:
    browser = service.subscribe()
    await channel.send(MESSAGE, browser.subscription)
    # PyJWT checks with the key of the header alone, as a push service does; the service used py_vapid.
    token, key = browser.received[0].headers["Authorization"].removeprefix("vapid t=").split(", k=")
    assert key == vapid.public
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _unbase64url(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=service.origin)
    assert claims["sub"] == "mailto:ioc@vungtau.example"
    life = datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC)
    assert timedelta(0) < life <= timedelta(hours=24)


def test_the_body_is_what_rfc_8291_describes() -> None:
    browser = Browser("https://push.example.org/1")
    sealed = seal(MESSAGE, browser.subscription)
    assert json.loads(open_by_hand(sealed, browser.key, browser.auth))["body"] == MESSAGE.body
    assert MESSAGE.title.encode() not in sealed
    assert seal(MESSAGE, browser.subscription) != sealed, "salt and sender key must be new each time"


def test_our_own_decryption_reads_the_example_of_rfc_8291() -> None:
    """Appendix A: so that the test above compares with the standard and not with itself."""
    private = int.from_bytes(_unbase64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    sealed = _unbase64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    key = ec.derive_private_key(private, ec.SECP256R1())
    plain = open_by_hand(sealed, key, _unbase64url("BTBZMqHH6r4Tts7J_aSIgg"))
    assert plain == b"When I grow up, I want to be a watermelon"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (201, Delivered),
        (202, Delivered),
        (404, Gone),
        (410, Gone),
        (400, Refused),
        (403, Refused),
        (413, Refused),
        (301, Refused),
        (429, Retry),
        (500, Retry),
        (503, Retry),
    ],
)
async def test_what_a_status_means(
    service: LoopbackPush, channel: WebPushChannel, status: int, kind: type[Outcome]
) -> None:
    browser = service.subscribe()
    service.fail(browser, status)
    assert isinstance(await channel.send(MESSAGE, browser.subscription), kind)


async def test_a_redirect_is_not_followed(service: LoopbackPush, channel: WebPushChannel) -> None:
    browser, other = service.subscribe(), service.subscribe()
    service.fail(browser, 307, {"Location": other.endpoint})
    assert isinstance(await channel.send(MESSAGE, browser.subscription), Refused)
    assert other.received == []


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_the_wait_asked_for_is_passed_on(service: LoopbackPush, channel: WebPushChannel, form: str) -> None:
    header = "30" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    browser = service.subscribe()
    service.fail(browser, 429, {"Retry-After": header})
    outcome = await channel.send(MESSAGE, browser.subscription)
    assert isinstance(outcome, Retry)
    assert outcome.after is not None
    # The date was made when the tests were collected; the suite may be a minute under way.
    assert 0 <= outcome.after <= 30


async def test_no_answer_is_a_retry(service: LoopbackPush, vapid: Vapid) -> None:
    browser = service.subscribe()
    service.fail(browser, 201, delay=1.0)
    channel = WebPushChannel(vapid, Doorway((service.origin,)), timeout=0.2)
    assert isinstance(await channel.send(MESSAGE, browser.subscription), Retry)
    await channel.close()


async def test_many_at_once(service: LoopbackPush, vapid: Vapid) -> None:
    channel = WebPushChannel(vapid, Doorway((service.origin,)), timeout=120.0)
    browsers = [service.subscribe() for _ in range(50)]
    outcomes = await asyncio.gather(*(channel.send(MESSAGE, one.subscription) for one in browsers))
    await channel.close()
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert [len(one.received) for one in browsers] == [1] * 50


async def test_unusable_keys_are_gone(service: LoopbackPush, channel: WebPushChannel) -> None:
    browser = service.subscribe()
    for keys in ({}, {"p256dh": "AA", "auth": "AA"}, {"p256dh": "é", "auth": "x"}):
        assert isinstance(await channel.send(MESSAGE, {"endpoint": browser.endpoint, "keys": keys}), Gone)


async def test_a_message_that_is_too_long_is_refused(service: LoopbackPush, channel: WebPushChannel) -> None:
    browser = service.subscribe()
    for length, kind in ((3800, Delivered), (4000, Refused)):
        long = Message(title="", body="x" * length, url="/", tag="t")
        assert isinstance(await channel.send(long, browser.subscription), kind)


async def test_strangers_cannot_make_us_knock_at_home(service: LoopbackPush, vapid: Vapid) -> None:
    channel = WebPushChannel(vapid, timeout=60.0)
    browser = service.subscribe()
    port = service.origin.rsplit(":", 1)[1]
    keys = browser.subscription["keys"]
    # localhost is a name: only the resolver can tell where it leads.
    for endpoint in (browser.endpoint, f"https://127.0.0.1:{port}/x", f"https://localhost.:{port}/x"):
        assert isinstance(await channel.send(MESSAGE, {"endpoint": endpoint, "keys": keys}), Gone)
    await channel.close()
    assert browser.received == []


def test_a_topic_is_what_rfc_8030_allows() -> None:
    made = topic("AB12CD34-7")
    assert (len(made), made.replace("-", "").replace("_", "").isalnum()) == (32, True)
    assert made != topic("AB12CD34-8")


def open_by_hand(sealed: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """RFC 8291 section 3.4 and RFC 8188 section 2, for one record."""
    salt, length = sealed[:16], sealed[20]
    sender = sealed[21 : 21 + length]
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    own = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    material = _hkdf(auth, b"WebPush: info\x00" + own + sender, 32, shared)
    content_key = _hkdf(salt, b"Content-Encoding: aes128gcm\x00", 16, material)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\x00", 12, material)
    plain = AESGCM(content_key).decrypt(nonce, sealed[21 + length :], None)
    padded = plain.rstrip(b"\x00")
    assert padded[-1:] == b"\x02", "the last record's delimiter"
    return padded[:-1]


def _hkdf(salt: bytes, info: bytes, length: int, material: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
