"""Hands mails to the city's mail server (SMTP), in a thread. Answers as a channel does."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from notifications.channels.base import Delivered, Outcome, Refused, Retry


@dataclass(frozen=True, slots=True)
class Postbox:
    """`security`: starttls, tls or none; `seconds` for each step of the conversation."""

    host: str
    port: int
    security: str = "starttls"
    user: str | None = None
    password: str | None = None
    seconds: float = 10.0

    async def send(self, mail: EmailMessage) -> Outcome:
        """A refusal for good (5xx of the recipient or the mail) is one; everything else is tried again."""
        return await asyncio.to_thread(self._send, mail)

    def _send(self, mail: EmailMessage) -> Outcome:
        try:
            with self._open() as server:
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _answered(*next(iter(error.recipients.values())))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            return _answered(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            # Also a password that is refused: somebody can mend that.
            return Retry(f"{type(error).__name__}: {error}"[:300])
        return Delivered()

    def _open(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.seconds, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except (smtplib.SMTPException, OSError):
                # Not offered, or not by whom we know: no word in clear, and no connection left open.
                server.close()
                raise
        return server


def _answered(code: int, said: bytes | str) -> Outcome:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    note = f"{code} {words}"[:300]
    return Refused(note) if 500 <= code < 600 else Retry(note)
