"""Opens a mail that came in: who wrote, to which address, what they wrote themselves, which pictures lie in it. Pure.

Whatever a stranger sends must end in a value, never in an error: what cannot be read is left out.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Final

from geo.folding import fold
from reports.lifecycle import Command

MOST_WORDS: Final = 4000
MOST_PICTURES: Final = 10
_MOST_PARTS: Final = 100
_RECIPIENTS: Final = ("Delivered-To", "X-Original-To", "To", "Cc")
#: Smaller pictures are the logos and icons under people's names.
_LOGO_BYTES: Final = 10_000
# A command without words of its own, as the whole first line; "Xong việc khác rồi" is a sentence.
_BARE: Final = ("nhan", "tiep nhan", "xong", "xu ly xong", "tra lai")

# Where the mail before begins, in the words of the programs people use.
_QUOTE = re.compile(
    r"^\s*(>|-{2,}\s*(original message|forwarded message|thư gốc|tin nhắn gốc)|_{10,}\s*$"
    r"|(on|vào|le)\b.{0,300}\b(wrote|đã viết|a écrit)\s*:\s*$|(from|từ|người gửi)\s*:\s.*@)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(--\s*|sent from my .*|get outlook for .*|gửi từ .*|được gửi từ .*)$", re.IGNORECASE)
_COMMANDS: Final = (
    (re.compile(r"^(da )?(nhan|tiep nhan)$"), Command.ACCEPT),
    (re.compile(r"^(da )?(xong|xu ly xong)\b"), Command.RESOLVE),
    (re.compile(r"^tra lai\b"), Command.RETURN),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of the mail that says it is an image; what it is, its content shows later."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail. `automatic`: why it is a machine's, None for a person's. `command` with `words` as its argument."""

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


def open_mail(raw: bytes) -> Opened:
    """Read a mail as it came over the wire."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    senders = [address for _, address in _addresses(mail, "From")]
    text = own_words(_text(mail))
    command, words = read_command(text)
    return Opened(
        message_id=_message_id(mail, raw),
        sender=senders[0].casefold() if senders else "",
        senders=len(senders),
        recipients=tuple(
            a for name in ("Delivered-To", "X-Original-To", "To", "Cc") for _, a in _addresses(mail, name)
        ),
        subject=_clean(_header(mail, "Subject"))[:500],
        text=text,
        automatic=_automatic(mail),
        command=command,
        words=words,
        pictures=tuple(_pictures(mail)),
    )


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception:
        # The parser of the standard library falls over some headers that only a stranger writes.
        return ""


def _addresses(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    try:
        return [one for one in getaddresses([str(value) for value in mail.get_all(name, [])]) if "@" in one[1]]
    except Exception:
        return []


def _message_id(mail: EmailMessage, raw: bytes) -> str:
    """Its own; of a mail without one, its content, so that the same mail is the same all the same."""
    said = _clean(_header(mail, "Message-ID"))[:500]
    return said or f"<sha256-{hashlib.sha256(raw).hexdigest()}>"


def _automatic(mail: EmailMessage) -> str | None:
    """By RFC 3834, and the habits from before it."""
    submitted = _header(mail, "Auto-Submitted").casefold()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {submitted}"[:100]
    precedence = _header(mail, "Precedence").casefold()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {precedence}"
    if mail.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "a delivery report"
    for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "X-Failed-Recipients"):
        if mail.get(name) is not None:
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
        if part.get_content_maintype() == "multipart":
            waiting = [one for one in part.iter_parts() if isinstance(one, EmailMessage)] + waiting
        else:
            yield part


def _text(mail: EmailMessage) -> str:
    plain = [part for part in _parts(mail) if part.get_content_type() == "text/plain" and not part.get_filename()]
    if plain:
        return _content(plain[0])
    for part in _parts(mail):
        if part.get_content_type() == "text/html" and not part.get_filename():
            return _without_tags(_content(part))
    return ""


def _content(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    raw = raw if isinstance(raw, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return raw.decode("utf-8", errors="replace")


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
    reader.feed(markup[:1_000_000])
    return "".join(reader.said)


def own_words(text: str) -> str:
    """What the writer wrote: up to the mail before, or the signature, whichever comes first."""
    kept: list[str] = []
    for line in _clean(text).splitlines():
        if _QUOTE.match(line[:400]) or _SIGNATURE.match(line.strip()[:100]):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:MOST_WORDS]


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot keep and what hides on screens: control characters, halves of surrogate pairs."""
    text = text.replace("\r\n", "\n").replace("\xa0", " ")
    return "".join(one for one in text if one == "\n" or (one.isprintable() and not "\ud800" <= one <= "\udfff"))


def read_command(text: str) -> tuple[Command | None, str]:
    """The command of the first line and the words that go with it; None and all words where it is no command."""
    first, _, rest = text.partition("\n")
    head, colon, tail = first.partition(":")
    folded = fold(head)
    for pattern, command in _COMMANDS:
        if pattern.match(folded):
            argument = "\n".join(part for part in (tail.strip(), rest.strip()) if part)
            if colon or folded.removeprefix("da ") in _BARE:
                return command, argument
    return None, text


def _pictures(mail: EmailMessage) -> Iterator[Picture]:
    found = 0
    for part in _parts(mail):
        if part.get_content_maintype() == "image" and found < MOST_PICTURES:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and len(content) >= _LOGO_BYTES:
                found += 1
                name = _clean(str(part.get_filename() or "image"))[:200]
                yield Picture(name, content)
