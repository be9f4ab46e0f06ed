"""The console, the city's key, and which channels a process opens."""

import io
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.channels.base import Delivered, Message
from notifications.channels.console import ConsoleChannel
from notifications.channels.selection import open_channels
from notifications.channels.vapid import load_or_make_vapid
from tests.loopback.fcm import LoopbackFcm

CONTACT = "mailto:ioc@vungtau.example"


async def test_the_console_says_it_on_one_line() -> None:
    stream = io.StringIO()
    message = Message(title="Đã nhận", body="Cảm ơn bạn.", url="/t/AB12CD34", tag="AB12CD34-1")
    assert await ConsoleChannel(stream).send(message, {}) == Delivered()
    assert stream.getvalue() == "[AB12CD34-1] Đã nhận: Cảm ơn bạn. (/t/AB12CD34)\n"


async def test_the_console_follows_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    await ConsoleChannel().send(Message(title="a", body="b", url="/", tag="t"), {})
    assert "a: b" in capsys.readouterr().out


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "vapid.pem"
    first = load_or_make_vapid(path, CONTACT)
    assert load_or_make_vapid(path, CONTACT).public == first.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["vapid.pem"]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    with ThreadPoolExecutor(8) as pool:
        keys = {one.public for one in pool.map(lambda _: load_or_make_vapid(path, CONTACT), range(16))}
    assert len(keys) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_that_cannot_be_used_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "vapid.pem"
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"not a key", other):
        path.write_bytes(content)
        with pytest.raises(ValueError):
            load_or_make_vapid(path, CONTACT)
        assert path.read_bytes() == content


async def test_a_process_opens_what_the_city_has_set(tmp_path: Path) -> None:
    vapid = load_or_make_vapid(tmp_path / "vapid.pem", CONTACT)
    assert set(open_channels(vapid=vapid)) == {"webpush"}
    with LoopbackFcm() as fcm:
        account = fcm.write_service_account(tmp_path / "fcm.json")
        channels = open_channels(vapid=vapid, service_account=account, fcm_url=fcm.send_url, console=True)
        assert set(channels) == {"webpush", "fcm", "console"}
        message = Message(title="a", body="b", url="/", tag="t")
        assert isinstance(await channels["fcm"].send(message, {"token": "x"}), Delivered)
        assert len(fcm.sent_to("x")) == 1
    for channel in channels.values():
        await channel.close()


def test_a_bad_key_file_is_told_at_the_start(tmp_path: Path) -> None:
    vapid = load_or_make_vapid(tmp_path / "vapid.pem", CONTACT)
    bad = tmp_path / "fcm.json"
    bad.write_text("{}")
    with pytest.raises(ValueError):
        open_channels(vapid=vapid, service_account=bad)
