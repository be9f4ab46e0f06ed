"""The conversation with the mail server (IMAP) that keeps the city's box. Every method blocks; all trouble is a
NoMailbox that says what is wrong.
"""

import contextlib
import imaplib
import logging
import ssl
from collections.abc import Callable
from typing import Any

from api.outside_settings import Imap

log = logging.getLogger(__name__)
SECONDS = 30.0


class NoMailbox(Exception):
    """The mail box cannot be read now; the next look tries again. `why`: one of `answer_box.WHYS`."""

    def __init__(self, why: str, said: str) -> None:
        super().__init__(said)
        self.why = why

    @property
    def of_one_mail(self) -> bool:
        """The server goes on speaking with us: another mail may be read."""
        return self.why == "answer"


class Box:
    """One conversation with the server. Raises NoMailbox."""

    def __init__(self, settings: Imap) -> None:
        self._server: imaplib.IMAP4 = _asked(lambda: _open(settings), refused="tls")
        password = settings.password.get_secret_value() if settings.password else ""
        try:
            _asked(lambda: self._server.login(settings.user, password), refused="password", secret=password)
            _asked(lambda: self._server.select(f'"{settings.folder}"'), refused="folder")
        except NoMailbox:
            self.close()
            raise

    def unread(self) -> list[str]:
        _, found = _asked(lambda: self._server.uid("SEARCH", "UNSEEN"))
        return [one.decode() for one in (found[0] or b"").split()]

    def read(self, number: str, most: int) -> bytes:
        """The mail, of which at most `most` bytes; nothing when it is not there any more."""
        # PEEK leaves it unread; the partial fetch keeps a huge one out of our memory.
        _, found = _asked(lambda: self._server.uid("FETCH", number, f"(BODY.PEEK[]<0.{most}>)"))
        parts = [part[1] for part in found if isinstance(part, tuple)]
        return bytes(parts[0]) if parts else b""

    def mark(self, number: str) -> None:
        _asked(lambda: self._server.uid("STORE", number, "+FLAGS", r"(\Seen)"))

    def close(self) -> None:
        try:
            self._server.logout()
        except (imaplib.IMAP4.error, OSError):
            log.debug("the mail server had hung up already")


def _open(settings: Imap) -> imaplib.IMAP4:
    host = settings.host or ""
    if settings.security == "tls":
        return imaplib.IMAP4_SSL(host, settings.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
    server = imaplib.IMAP4(host, settings.port, timeout=SECONDS)
    if settings.security == "starttls":
        try:
            server.starttls(ssl.create_default_context())
        except (imaplib.IMAP4.error, OSError):
            # Not offered, or not by whom we know: no word in clear, and no connection left open.
            with contextlib.suppress(OSError):
                server.shutdown()
            raise
    return server


def _asked(ask: Callable[[], Any], *, refused: str = "answer", secret: str = "") -> Any:
    """What the server answers. `refused`: what its no means here; `secret` is kept out of what is said of it."""
    try:
        answer = ask()
    except Exception as error:  # whatever a server may say must end in a reason
        said = _said(error)
        raise NoMailbox(_why(error, refused), said.replace(secret, "***") if secret else said) from None
    if isinstance(answer, tuple) and answer[0] not in ("OK", "BYE"):
        raise NoMailbox(refused, f"the mail server answered {answer[0]}")
    return answer


def _said(error: Exception) -> str:
    """What a server answers comes as bytes; what the network says names itself by its class."""
    first = error.args[0] if error.args else None
    if isinstance(first, bytes):
        return first.decode("utf-8", "replace")
    return str(error) if type(error) is imaplib.IMAP4.error else f"{type(error).__name__}: {error}"


def _why(error: Exception, refused: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, imaplib.IMAP4.abort):
        # The conversation broke; where TLS was asked for, because it is not offered.
        return refused if refused == "tls" else "away"
    if isinstance(error, OSError):
        return "away"
    return refused
