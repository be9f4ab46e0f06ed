"""What is read out of a mail: the writer's own words, the command, whose machine wrote; whatever strangers send."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.handovers.answering import Answered, is_genuine, read_address, reply_to
from notifications.handovers.opening import open_mail, own_words, read_command
from reports.codes import new_code
from reports.lifecycle import Command

KEY, BASE = b"a secret key", "phan-anh@city.gov.vn"


def mail(words: str = "NHẬN", **headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {"From": "tiepnhan@phuong.vn", "To": BASE, "Message-ID": "<1@phuong.vn>", **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content(words)
    return made


@pytest.mark.parametrize(
    ("first", "command", "words"),
    [
        ("NHẬN", Command.ACCEPT, ""),
        ("nhan.", Command.ACCEPT, ""),
        ("Đã tiếp nhận", Command.ACCEPT, ""),
        ("NHẬN: sẽ cử người ra", Command.ACCEPT, "sẽ cử người ra"),
        ("XONG: Đã vá 2 m²", Command.RESOLVE, "Đã vá 2 m²"),
        ("xong : da va", Command.RESOLVE, "da va"),
        ("Trả lại: không thuộc địa bàn", Command.RETURN, "không thuộc địa bàn"),
        ("Xong rồi: đã vá", Command.RESOLVE, "đã vá"),
        ("Xong lúc 15:30 hôm qua", None, "Xong lúc 15:30 hôm qua"),
        (
            "Xong việc ở đường Lê Lợi thì làm tiếp: chờ 2 ngày",
            None,
            "Xong việc ở đường Lê Lợi thì làm tiếp: chờ 2 ngày",
        ),
        ("Trả lại mặt đường: mai làm", None, "Trả lại mặt đường: mai làm"),
        ("Nhận được rồi, mai làm", None, "Nhận được rồi, mai làm"),
        ("Xong việc khác sẽ ra", None, "Xong việc khác sẽ ra"),
        ("Kính gửi trung tâm:", None, "Kính gửi trung tâm:"),
        ("", None, ""),
    ],
)
def test_the_first_line_may_be_a_command(first: str, command: Command | None, words: str) -> None:
    assert read_command(first) == (command, words)


def test_a_command_goes_on_in_the_lines_below() -> None:
    assert read_command("XONG:\nĐã vá\nvà dọn") == (Command.RESOLVE, "Đã vá\nvà dọn")


@pytest.mark.parametrize(
    "quote",
    [
        "> Phiếu giao xử lý\n> Lĩnh vực: Ổ gà",
        "Vào Th 3, 24 thg 11, 2026 lúc 09:00 Trung tâm <phan-anh@city.gov.vn> đã viết:\n\nPhiếu giao",
        "On Tue, Nov 24, 2026 at 9:00 AM Center <phan-anh@city.gov.vn> wrote:\nPhiếu giao",
        "Vào Th 3, 24 thg 11, 2026 vào lúc 09:00 Trung tâm điều hành thành phố\n<phan-anh@city.gov.vn> đã viết:\n\n> x",
        "On Tue, Nov 24, 2026 at 9:00 AM Center <phan-anh@city.gov.vn>\nwrote:\n> Phiếu giao",
        "-----Original Message-----\nFrom: x",
        "________________________________\nFrom: phan-anh@city.gov.vn",
        "Từ: Trung tâm <phan-anh@city.gov.vn>\nPhiếu giao",
        "-- \nNguyễn Văn A\nUBND phường",
        "Sent from my iPhone",
    ],
)
def test_only_the_writers_own_words_are_kept(quote: str) -> None:
    assert own_words(f"XONG: Đã vá.\r\n\r\n\r\n\r\nCảm ơn.\n{quote}") == "XONG: Đã vá.\n\nCảm ơn."


def test_a_mail_of_markup_alone_is_read_without_it() -> None:
    made = mail()
    made.set_content("<style>x</style><p>XONG: Đã <b>vá</b></p><blockquote>Phiếu</blockquote>", subtype="html")
    opened = open_mail(bytes(made))
    assert (opened.command, opened.words) == (Command.RESOLVE, "Đã vá")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<x>"},
        {"Return-Path": "<>"},
        {"From": "MAILER-DAEMON@phuong.vn"},
    ],
)
def test_a_machines_answer_is_none(headers: dict[str, str]) -> None:
    assert open_mail(bytes(mail(**headers))).automatic is not None


def test_a_persons_mail_is_no_machines() -> None:
    assert open_mail(bytes(mail(**{"Auto-Submitted": "no"}))).automatic is None


def test_the_address_for_answers_is_good_for_one_case_and_agency() -> None:
    code = new_code()
    address = reply_to(BASE, code, "ward", KEY)
    assert len(address.partition("@")[0]) <= 64
    answered = read_address(address.upper(), BASE)
    assert answered is not None and answered.code == code and is_genuine(answered, "ward", KEY)
    assert not is_genuine(answered, "roads", KEY) and not is_genuine(answered, "ward", b"another")
    assert not is_genuine(Answered(new_code(), answered.signature), "ward", KEY)
    for other in (BASE, f"x+{code}.{answered.signature}@city.gov.vn", address.replace("city", "town"), "phan-anh+@x"):
        assert read_address(other, BASE) is None


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda words: words.encode("utf-8", "surrogatepass")))
def test_whatever_a_stranger_sends_ends_in_a_value(raw: bytes) -> None:
    for whole in (
        raw,
        b"From: a@b\r\nTo: " + raw + b"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + raw,
    ):
        opened = open_mail(whole)
        kept = f"{opened.text}{opened.subject}{opened.message_id}{opened.sender}"
        assert "\x00" not in kept and kept.encode("utf-8") is not None


@pytest.mark.parametrize(
    "hostile",
    [
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nxong",
        b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Subject: =?utf-8?b?////?=\r\nFrom: =?x?q?=\r\n\r\n" + b"\x00" * 100,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(300)),
        b"From: a@b, c@d\r\n\r\nNHAN",
        # Codecs of Python's that are no charsets, and names that no codec reads.
        b"Content-Type: text/plain; charset=idna\r\n\r\nNHAN",
        b"Content-Type: text/plain; charset=undefined\r\n\r\nNHAN",
        b"Content-Type: text/plain; charset*=utf-8''%00\r\n\r\nNHAN",
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=idna''%41\r\n\r\nNHAN",
        b"Content-Type: image/jpeg; name*=undefined''x\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary*=idna''b\r\n\r\n--b\r\n\r\nNHAN",
        # Minutes of the processor in the standard library, once read whole.
        b'From: "' + b'"' * 60_000 + b"\r\nContent-Type: text/plain; " + b"a*0=b;" * 10_000 + b"\r\n\r\nNHAN",
        b"From: a\x00b@x.vn\r\nAuto-Submitted: auto\x00replied\r\n\r\nNHAN",
    ],
)
def test_hostile_mails(hostile: bytes) -> None:
    opened = open_mail(hostile)
    assert opened.pictures == () and len(opened.text) <= 4000
    # PostgreSQL keeps no NUL.
    assert "\x00" not in f"{opened.sender}{opened.automatic}{opened.message_id}{opened.subject}"
