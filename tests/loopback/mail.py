"""A mail server on the loopback: takes mails by SMTP, and gives those that were put into its box by IMAP4rev1.

    with LoopbackMail() as server:
        server.smtp_port, server.imap_port
        server.refuse = ["550 5.1.1 no such user"]     # answers to the next RCPT TO
        server.wait_for(1)                             # -> mails that came in
        server.put(raw)                                # unread in the box
    server.denies = {"LOGIN": "no such user"}      # what the box answers no to
    server.drips = {1}                             # mails it never comes to give, but goes on speaking about

`LoopbackMail(context, "tls")` speaks TLS from the first byte, `"starttls"` offers it; `sign_ins` says of each whether
it was under TLS. Only what smtplib and imaplib say is understood.
"""

import re
import socketserver
import ssl
import threading
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Self

from tests.loopback.listener import wait_until


class _Lines(socketserver.StreamRequestHandler):
    server: Any
    # A mail and the "OK" after it are two writes; without this the second waits 40 ms for the client's delayed ACK.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        if self.server.mail.security == "tls":
            self.request = self.server.mail.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        super().finish()
        if self.hidden:
            self.request.close()

    @property
    def offers(self) -> bool:
        """Whether this conversation may still go over to TLS."""
        return self.server.mail.security == "starttls" and not self.hidden

    @property
    def hidden(self) -> bool:
        """Whether what is said now is under TLS."""
        return isinstance(self.request, ssl.SSLSocket)

    def hide(self) -> None:
        """From here on under TLS."""
        self.request = self.server.mail.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def heard(self) -> str | None:
        line = self.rfile.readline()
        return line.decode(errors="replace").rstrip("\r\n") if line else None


class _Smtp(_Lines):
    def handle(self) -> None:
        mail = self.server.mail
        self.say("220 loopback")
        while (line := self.heard()) is not None:
            verb = line.upper()
            if verb.startswith("RCPT") and mail.refuse:
                self.say(mail.refuse.pop(0))
            elif verb.startswith("DATA"):
                self.say("354 go on")
                mail.received.append(self._data())
                self.say("250 taken")
            elif verb.startswith("EHLO"):
                for said in ["loopback"] + ["STARTTLS"] * self.offers:
                    self.say(f"250-{said}")
                self.say("250 AUTH PLAIN")
            elif verb.startswith("STARTTLS") and self.offers:
                self.say("220 go on")
                self.hide()
            elif verb.startswith("AUTH"):
                mail.sign_ins.append(self.hidden)
                self.say("235 welcome")
            elif verb.startswith("QUIT"):
                self.say("221 bye")
                return
            else:
                self.say("250 loopback")

    def _data(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return BytesParser(policy=policy.default).parsebytes(b"".join(lines))


class _Imap(_Lines):
    def handle(self) -> None:
        self.say("* OK loopback")
        while (line := self.heard()) is not None:
            tag, _, rest = line.partition(" ")
            denied = self.server.mail.denies.get(rest.upper().split(" ")[0])
            if denied is None:
                self._answer(rest)
            self.say(f"{tag} OK done" if denied is None else f"{tag} NO {denied}")
            if rest.upper().startswith("STARTTLS"):
                self.hide()
            if rest.upper().startswith("LOGOUT"):
                return

    def _answer(self, asked: str) -> None:
        mail = self.server.mail
        verb = asked.upper()
        if verb.startswith("CAPABILITY"):
            self.say(f"* CAPABILITY IMAP4rev1{' STARTTLS' if self.offers else ''}")
        elif verb.startswith("LOGIN"):
            mail.sign_ins.append(self.hidden)
        elif verb.startswith("SELECT"):
            self.say(f"* {len(mail.box)} EXISTS")
        elif verb.startswith("UID SEARCH"):
            first, last = map(int, verb.split()[2].split(":"))
            unread = [str(number) for number in range(first, last + 1) if number not in mail.seen]
            self.say(f"* SEARCH {' '.join(unread)}".rstrip())
        elif found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", verb):
            while int(found[1]) in mail.drips:
                # Enough for whoever only looks how long it hears nothing.
                self.say("* OK in a moment")
                time.sleep(0.05)
            raw = mail.box[int(found[1]) - 1][: int(found[2])]
            self.wfile.write(
                f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
            )
        elif found := re.match(r"UID STORE (\d+) \+FLAGS", verb):
            mail.seen.add(int(found[1]))
        elif verb.startswith("LOGOUT"):
            self.say("* BYE")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mail: "LoopbackMail"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody hung up, or did not like our certificate: that is what tests are about."""
        self.mail.broken += 1


class LoopbackMail:
    """Both servers over one memory. `security`: none, tls or starttls, with the server's side of `context`."""

    def __init__(self, context: ssl.SSLContext | None = None, security: str = "none") -> None:
        self.context, self.security = context, security
        self.sign_ins: list[bool] = []
        self.broken = 0
        self.received: list[EmailMessage] = []
        self.refuse: list[str] = []
        self.denies: dict[str, str] = {}
        self.box: list[bytes] = []
        self.seen: set[int] = set()
        self.drips: set[int] = set()
        self._servers = [_Server(("127.0.0.1", 0), handler) for handler in (_Smtp, _Imap)]
        for one in self._servers:
            one.mail = self
        self._threads = [threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True) for one in self._servers]

    @property
    def smtp_port(self) -> int:
        """Of HIENTRUONG_SMTP_PORT."""
        return int(self._servers[0].server_address[1])

    @property
    def imap_port(self) -> int:
        """Of HIENTRUONG_IMAP_PORT."""
        return int(self._servers[1].server_address[1])

    def put(self, raw: bytes) -> None:
        """An unread mail."""
        self.box.append(raw)

    def wait_for(self, number: int, seconds: float = 60.0) -> list[EmailMessage]:
        """The mails that came in, as soon as there are `number`."""
        wait_until(lambda: len(self.received) >= number, seconds)
        return list(self.received)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
