"""Fetches answers from the city's mail box (IMAP), in a thread: what is unread, one by one, marked when taken."""

import asyncio
import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Callable
from typing import Any

from api import mailing
from api.outside_settings import Imap
from api.wiring import House

log = logging.getLogger(__name__)
SECONDS = 30.0
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class NoMailbox(Exception):
    """The mail box cannot be read now; the next look tries again."""


async def fetch(house: House) -> int:
    """Take what is unread; answers how many mails were taken."""
    box = await asyncio.to_thread(Box, house.settings.imap)
    try:
        taken = 0
        for number in await asyncio.to_thread(box.unread):
            try:
                taken += await _take(house, box, number)
            except NoMailbox:
                raise
            except Exception:
                # It stays unread and is looked at again; the others do not wait for it.
                log.exception("mail %s could not be taken", number)
        return taken
    finally:
        await asyncio.to_thread(box.close)


async def _take(house: House, box: "Box", number: str) -> int:
    most = house.settings.handover.mail_bytes
    # One byte more than allowed is enough to see that it is too big.
    raw = await asyncio.to_thread(box.read, number, most + 1)
    await mailing.take(house, raw)
    # After the commit: whoever dies in between finds it again, and knows its Message-ID.
    await asyncio.to_thread(box.mark, number)
    return 1


class Box:
    """One conversation with the server; every method blocks. Raises NoMailbox."""

    def __init__(self, settings: Imap) -> None:
        self._server: imaplib.IMAP4 = _asked(lambda: _open(settings))
        password = settings.password.get_secret_value() if settings.password else ""
        try:
            _asked(lambda: self._server.login(settings.user, password))
            _asked(lambda: self._server.select(f'"{settings.folder}"'))
        except NoMailbox:
            self.close()
            raise

    def unread(self) -> list[str]:
        _, found = _asked(lambda: self._server.uid("SEARCH", "UNSEEN"))
        return [one.decode() for one in (found[0] or b"").split()]

    def read(self, number: str, most: int) -> bytes:
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


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        answer = ask()
    except (imaplib.IMAP4.error, OSError) as error:
        raise NoMailbox(f"{type(error).__name__}: {error}") from None
    if isinstance(answer, tuple) and answer[0] not in ("OK", "BYE"):
        raise NoMailbox(f"the mail server answered {answer[0]}")
    return answer
