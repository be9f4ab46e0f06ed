"""Mails under TLS, to a real server on the loopback with a certificate made here: the right one, and all wrong ones."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.mail_box import Box, NoMailbox
from api.outside_settings import Imap
from notifications.channels.base import Delivered, Retry
from notifications.handovers.postbox import Postbox
from tests.loopback.certificates import made_for
from tests.loopback.mail import LoopbackMail

HOST = "127.0.0.1"


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ioc@city.gov.vn", "tiepnhan@roads.gov.vn", "Phiếu giao xử lý"
    mail.set_content("Ổ gà")
    return mail


def postbox(server: LoopbackMail, security: str) -> Postbox:
    return Postbox(HOST, server.smtp_port, security, "ioc", "a password")


def box(server: LoopbackMail, security: str) -> Box:
    box = Box(Imap(host=HOST, port=server.imap_port, security=security, user="ioc", password=SecretStr("a password")))
    box.open()
    return box


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_orders_go_out_and_answers_come_in_under_tls(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = made_for(HOST, tmp_path)
    # How a city trusts an authority of its own.
    monkeypatch.setenv("SSL_CERT_FILE", str(right.authority))
    with LoopbackMail(right.context, security) as server:
        assert await postbox(server, security).send(letter()) == Delivered()
        server.put(bytes(letter()))
        opened = box(server, security)
        assert opened.unread(9).numbers == ("1",) and "Ổ gà".encode() in opened.read("1", 10_000)
        opened.mark("1")
        opened.close()
    assert [mail["Subject"] for mail in server.received] == ["Phiếu giao xử lý"] and server.seen == {1}
    assert server.sign_ins == [True, True], "a password never goes in clear"


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("wrong", ["nobody knows it", "another name", "over"])
async def test_a_wrong_certificate_is_refused_before_anything_is_said(
    security: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "mail.elsewhere.vn" if wrong == "another name" else HOST
    shown = made_for(name, tmp_path, days=-1 if wrong == "over" else 9)
    trusted = made_for("somebody.vn", tmp_path) if wrong == "nobody knows it" else shown
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.authority))
    with LoopbackMail(shown.context, security) as server:
        outcome = await postbox(server, security).send(letter())
        # Somebody can mend that: it is tried again, and the reason stands in the list of hand-overs.
        assert isinstance(outcome, Retry) and "certificate" in outcome.reason.lower(), outcome
        with pytest.raises(NoMailbox, match=r"(?i)certificate") as trouble:
            box(server, security)
    assert trouble.value.why == "certificate"
    assert server.received == [] and server.sign_ins == []


async def test_a_server_that_offers_no_tls_gets_nothing() -> None:
    """Somebody in between took the offer away, or the port is the wrong one."""
    with LoopbackMail() as server:
        assert isinstance(await postbox(server, "starttls").send(letter()), Retry)
        with pytest.raises(NoMailbox) as trouble:
            box(server, "starttls")
    assert trouble.value.why == "tls"
    assert server.received == [] and server.sign_ins == []
