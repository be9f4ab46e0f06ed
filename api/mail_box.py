"""The conversation with the mail server (IMAP) that keeps the city's box. Every method blocks; all trouble is a
NoMailbox that says what is wrong.
"""

import contextlib
import imaplib
import logging
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from api.outside_settings import Imap

log = logging.getLogger(__name__)
SECONDS = 30.0
# Mails asked about at once: the answer stays below the million bytes of a line that imaplib reads.
WINDOW = 50_000


class NoMailbox(Exception):
    """The mail box cannot be read now; the next look tries again. `why`: one of `answer_box.WHYS`."""

    def __init__(self, why: str, said: str) -> None:
        super().__init__(said)
        self.why = why

    @property
    def of_one_mail(self) -> bool:
        """The server goes on speaking with us: another mail may be read."""
        return self.why == "answer"


@dataclass(frozen=True, slots=True)
class Unread:
    """What lies unread: the numbers of the oldest mails, and how many there are in all."""

    numbers: tuple[str, ...]
    total: int


class Box:
    """One conversation with the server, begun by `open`. Raises NoMailbox."""

    def __init__(self, settings: Imap) -> None:
        self._settings = settings
        self._server: imaplib.IMAP4 | None = None
        self._holds = 0
        self._line: socket.socket | None = None
        self._cut = False

    def open(self) -> None:
        """Connect, sign in, and go to the folder."""
        try:
            self._sign_in(self._settings)
        except NoMailbox:
            self.close()
            raise

    def _sign_in(self, settings: Imap) -> None:
        self._server = server = self._asked(lambda: _open(settings, self._hold), refused="tls")
        password = settings.password.get_secret_value() if settings.password else ""
        self._asked(lambda: server.login(settings.user, password), refused="password", secret=password)
        _, found = self._asked(lambda: server.select(f'"{settings.folder}"'), refused="folder")
        self._holds = self._asked(lambda: int(found[0] or 0))

    def unread(self, most: int) -> Unread:
        """The oldest `most` that are unread."""
        numbers: list[str] = []
        total = 0
        for first in range(1, self._holds + 1, WINDOW):
            wanted = f"{first}:{min(first + WINDOW - 1, self._holds)}"
            _, found = self._asked(partial(self._talk().uid, "SEARCH", wanted, "UNSEEN"))
            unread = (found[0] or b"").split()
            numbers += [one.decode() for one in unread[: most - len(numbers)]]
            total += len(unread)
        return Unread(tuple(numbers), total)

    def read(self, number: str, most: int) -> bytes:
        """The mail, of which at most `most` bytes; nothing when it is not there any more."""
        # PEEK leaves it unread; the partial fetch keeps a huge one out of our memory.
        _, found = self._asked(lambda: self._talk().uid("FETCH", number, f"(BODY.PEEK[]<0.{most}>)"))
        parts = [part[1] for part in found if isinstance(part, tuple)]
        return bytes(parts[0]) if parts else b""

    def mark(self, number: str) -> None:
        """It is taken."""
        self._asked(lambda: self._talk().uid("STORE", number, "+FLAGS", r"(\Seen)"))

    def close(self) -> None:
        """End it politely, where it had begun."""
        try:
            if self._server is not None:
                self._server.logout()
        except (imaplib.IMAP4.error, OSError):
            log.debug("the mail server had hung up already")
            with contextlib.suppress(OSError):
                self._talk().shutdown()
        finally:
            if self._line is not None:
                self._line.close()

    def cut(self) -> None:
        """End it wherever it is, from another thread: a server that drips a byte now and then never times out."""
        self._cut = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _hold(self, line: socket.socket) -> None:
        # A second handle to the same connection, which TLS does not take over.
        self._line = line.dup()
        if self._cut:
            raise OSError("too late")

    def _talk(self) -> imaplib.IMAP4:
        if self._server is None:
            raise OSError("not open")
        return self._server

    def _asked(self, ask: Callable[[], Any], *, refused: str = "answer", secret: str = "") -> Any:
        try:
            return _asked(ask, refused=refused, secret=secret)
        except NoMailbox:
            if self._cut:
                raise NoMailbox("slow", "the mail server took too long for one look") from None
            raise


Hold = Callable[[socket.socket], None]


class _Plain(imaplib.IMAP4):
    """Gives away its connection before the first word is waited for."""

    def __init__(self, host: str, port: int, hold: Hold) -> None:
        self._hold = hold
        super().__init__(host, port, timeout=SECONDS)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self._hold(self.sock)


class _Context(ssl.SSLContext):
    """Gives away the connection before the handshake."""

    hold: Hold

    def wrap_socket(self, sock: socket.socket, *args: Any, **named: Any) -> ssl.SSLSocket:
        self.hold(sock)
        return super().wrap_socket(sock, *args, **named)


def _open(settings: Imap, hold: Hold) -> imaplib.IMAP4:
    host = settings.host or ""
    if settings.security == "tls":
        context = _Context(ssl.PROTOCOL_TLS_CLIENT)
        context.hold = hold
        context.load_default_certs()
        return imaplib.IMAP4_SSL(host, settings.port, ssl_context=context, timeout=SECONDS)
    server = _Plain(host, settings.port, hold)
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
