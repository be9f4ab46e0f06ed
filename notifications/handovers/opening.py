"""Opens a mail that came in: who wrote, to which address, what they wrote themselves, which pictures lie in it. Pure.

Whatever a stranger sends must end in a value, never in an error: what cannot be read is left out.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any, Final, TypeVar, cast

from geo.folding import fold
from reports.lifecycle import Command

MOST_WORDS: Final = 4000
MOST_PICTURES: Final = 10
_MOST_PARTS: Final = 100
_RECIPIENTS: Final = ("Delivered-To", "X-Original-To", "To", "Cc")
#: The headers by which its writer says something.
_SAYING: Final = ("From", "To", "Cc", "Subject", "Date", "Content-Type")
#: Smaller pictures are the logos and icons under people's names.
_LOGO_BYTES: Final = 10_000
# A command without words of its own, as the whole first line.
_BARE: Final = ("nhan", "tiep nhan", "xong", "xu ly xong", "tra lai")
#: Of one header, characters; of the addresses' headers, characters and how many of one name. The standard library needs
#: minutes of the processor for a header of 60,000 quotation marks, and no program of people writes such.
_MOST_HEADER: Final = 1_000
_MOST_ADDRESSES: Final = 4_000
_MOST_ALIKE: Final = 10
_CONTENT_TYPE = re.compile(rb"^content-type\s*:", re.IGNORECASE | re.MULTILINE)
_Read = TypeVar("_Read")

# Where the mail before begins, in the words of the programs people use.
_QUOTE = re.compile(
    r"^\s*(>|-{2,}\s*(original message|forwarded message|thư gốc|tin nhắn gốc)|_{10,}\s*$"
    r"|(on|vào|le)\b.{0,300}\b(wrote|đã viết|a écrit)\s*:\s*$|(from|từ|người gửi)\s*:\s.*@)",
    re.IGNORECASE,
)
# Programs break lines at 78 characters, also the one that says who wrote the mail before.
_QUOTE_BEGUN = re.compile(r"^\s*(on|vào|le)\b.*[@<]", re.IGNORECASE)
_SIGNATURE = re.compile(r"^(--\s*|sent from my .*|get outlook for .*|gửi từ .*|được gửi từ .*)$", re.IGNORECASE)
# Nothing but the command before its colon: "Xong lúc 15:30" and "Trả lại mặt đường: mai làm" are sentences.
_COMMANDS: Final = (
    (re.compile(r"(da )?(nhan|tiep nhan)"), Command.ACCEPT),
    (re.compile(r"(da )?(xong|xu ly xong)( roi)?"), Command.RESOLVE),
    (re.compile(r"tra lai"), Command.RETURN),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of the mail that says it is an image; what it is, its content shows later."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail. `automatic`: why it is a machine's, None for a person's. `command` with `words` as its argument.

    `digest`: SHA-256 of who says what to whom, the same whichever way and how often the mail came.
    """

    message_id: str
    sender: str
    senders: int
    recipients: tuple[str, ...]
    subject: str
    text: str
    automatic: str | None
    command: Command | None
    words: str
    pictures: tuple[Picture, ...]
    digest: str = ""


def open_mail(raw: bytes) -> Opened:
    """Read a mail as it came over the wire."""
    mail = _parsed(raw)
    senders = [address for _, address in _addresses(mail, "From")]
    text = own_words(_text(mail))
    command, words = read_command(text)
    return Opened(
        message_id=_message_id(mail, raw),
        sender=_clean(senders[0]).casefold() if senders else "",
        senders=len(senders),
        recipients=tuple(address for name in _RECIPIENTS for _, address in _addresses(mail, name)),
        subject=_clean(_header(mail, "Subject"))[:500],
        text=text,
        automatic=_automatic(mail),
        command=command,
        words=words,
        pictures=tuple(_pictures(mail)),
        digest=_digest(mail, raw),
    )


class _Short(policy.EmailPolicy):
    """Reads of each header what people could have written."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return super().header_fetch_parse(name, value[:_MOST_HEADER])


# The library has no type arguments when it runs.
_POLICY: Final = cast("policy.Policy[EmailMessage]", _Short())


def _parsed(raw: bytes) -> EmailMessage:
    parser: BytesParser[EmailMessage] = BytesParser(policy=_POLICY)
    # The parser itself falls over a boundary that no codec reads; then nothing has parts, and all of it is words.
    read: EmailMessage | None = _read(lambda: parser.parsebytes(raw), None)
    return read if read is not None else parser.parsebytes(_CONTENT_TYPE.sub(b"X-Unreadable:", raw))


def _read(read: Callable[[], _Read], otherwise: _Read) -> _Read:
    """What the standard library reads of a mail; it falls over some headers that only a stranger writes."""
    try:
        return read()
    except Exception:
        return otherwise


def _header(mail: EmailMessage, name: str) -> str:
    return _read(lambda: " ".join(str(mail.get(name, "")).split()), "")


def _addresses(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    # As they came: names beside the addresses are not read here, and making them readable is what takes so long.
    raw = [str(value) for key, value in mail.raw_items() if key.casefold() == name.casefold()][:_MOST_ALIKE]
    short = [" ".join(value[:_MOST_ADDRESSES].split()) for value in raw]
    found: list[tuple[str, str]] = _read(lambda: getaddresses(short), [])
    return [one for one in found if "@" in one[1]]


def _type(part: EmailMessage) -> str:
    return _read(lambda: str(part.get_content_type()), "application/octet-stream")


def _filename(part: EmailMessage) -> str:
    """What the part is called; empty where it is called nothing."""
    return _read(lambda: part.get_filename() or "", "unreadable")


def _message_id(mail: EmailMessage, raw: bytes) -> str:
    """Its own; of a mail without one, its content, so that the same mail is the same all the same."""
    said = _clean(_header(mail, "Message-ID"))[:500]
    return said or f"<sha256-{hashlib.sha256(raw).hexdigest()}>"


def _digest(mail: EmailMessage, raw: bytes) -> str:
    """Not of the whole: each server on the way writes headers of its own, and a pipe has other line ends than a box."""
    said = [_header(mail, name) for name in _SAYING]
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace") + b"\n\n" + body.rstrip()).hexdigest()


def _automatic(mail: EmailMessage) -> str | None:
    """By RFC 3834, and the habits from before it."""
    submitted = _clean(_header(mail, "Auto-Submitted")).casefold()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted}"[:100]
    precedence = _header(mail, "Precedence").casefold()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {precedence}"
    if _type(mail) in ("multipart/report", "message/delivery-status"):
        return "a delivery report"
    for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "X-Failed-Recipients"):
        if name in mail:
            return name
    if _header(mail, "Return-Path") == "<>":
        return "an empty return path"
    senders = _addresses(mail, "From")
    local = senders[0][1].partition("@")[0].casefold() if senders else ""
    return local if local in ("mailer-daemon", "postmaster", "noreply", "no-reply") else None


def _parts(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The leaves of the mail, so many at the most; a mail inside the mail is a leaf."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if _type(part).startswith("multipart/"):
            waiting = [*_inner(part), *waiting]
        else:
            yield part


def _inner(part: EmailMessage) -> list[EmailMessage]:
    found: list[object] = _read(lambda: [*part.iter_parts()], [])
    return [one for one in found if isinstance(one, EmailMessage)]


def _text(mail: EmailMessage) -> str:
    plain = [part for part in _parts(mail) if _type(part) == "text/plain" and not _filename(part)]
    if plain:
        return _content(plain[0])
    for part in _parts(mail):
        if _type(part) == "text/html" and not _filename(part):
            return _without_tags(_content(part))
    return ""


def _content(part: EmailMessage) -> str:
    raw = _payload(part)
    # A charset may be unknown, or a codec of Python's that is none (idna, undefined): strangers write what they like.
    return _read(lambda: raw.decode(part.get_content_charset("utf-8"), "replace"), raw.decode("utf-8", "replace"))


def _payload(part: EmailMessage) -> bytes:
    content: object = _read(lambda: part.get_payload(decode=True), None)
    return content if isinstance(content, bytes) else b""


class _Tagless(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script", "blockquote")
        if tag in ("br", "p", "div", "tr", "li"):
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in ("style", "script", "blockquote")))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data.replace("\n", " "))


def _without_tags(markup: str) -> str:
    reader = _Tagless()
    # It stops at some markup that no program writes; what it had read by then stays.
    _read(lambda: reader.feed(markup[:1_000_000]), None)
    return "".join(reader.said)


def own_words(text: str) -> str:
    """What the writer wrote: up to the mail before, or the signature, whichever comes first."""
    kept: list[str] = []
    lines = _clean(text).splitlines()
    for place, line in enumerate(lines):
        if _begins_quote(line, lines[place + 1 : place + 3]) or _SIGNATURE.match(line.strip()[:100]):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:MOST_WORDS]


def _begins_quote(line: str, following: list[str]) -> bool:
    if _QUOTE.match(line[:400]):
        return True
    broken = [" ".join((line, *following[:number]))[:400] for number in range(1, len(following) + 1)]
    return any(_QUOTE_BEGUN.match(one) and _QUOTE.match(one) for one in broken)


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep and what hides on screens: control characters, halves of surrogate pairs."""
    text = text.replace("\r\n", "\n").replace("\xa0", " ").replace("\t", " ")
    return "".join(one for one in text if one == "\n" or (one.isprintable() and not "\ud800" <= one <= "\udfff"))


def read_command(text: str) -> tuple[Command | None, str]:
    """The command of the first line and the words that go with it; None and all words where it is no command."""
    first, _, rest = text.partition("\n")
    head, colon, tail = first.partition(":")
    folded = fold(head)
    for pattern, command in _COMMANDS:
        if pattern.fullmatch(folded):
            argument = "\n".join(part for part in (tail.strip(), rest.strip()) if part)
            if colon or folded.removeprefix("da ") in _BARE:
                return command, argument
    return None, text


def _pictures(mail: EmailMessage) -> Iterator[Picture]:
    found = 0
    for part in _parts(mail):
        if _type(part).startswith("image/") and found < MOST_PICTURES:
            content = _payload(part)
            if len(content) >= _LOGO_BYTES:
                found += 1
                name = _clean(_filename(part) or "image")[:200]
                yield Picture(name, content)
