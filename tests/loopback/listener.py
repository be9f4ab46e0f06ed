"""A small HTTP server on the loopback that a test starts, asks what came in, and stops."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message as HeaderMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire; header names as sent, looked up without regard to case."""

    path: str
    headers: HeaderMessage
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Seconds to sit on the answer.
    delay: float = 0.0


class Listener:
    """Serves GET and POST requests by `handle`, each in a thread of its own, from __enter__ to __exit__."""

    def __init__(self) -> None:
        #: Seconds every answer takes that has no delay of its own.
        self.pace = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def origin(self) -> str:
        """http://127.0.0.1:<port>"""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def handle(self, request: Request) -> Answer:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def wait_until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Returns when `happened()`; raises AssertionError when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"did not happen within {seconds} s"
        time.sleep(0.01)


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = listener.handle(Request(self.path, self.headers, body))
            time.sleep(answer.delay or listener.pace)
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:
                # The client did not want to wait for a delayed answer; that is what some tests are about.
                self.close_connection = True

        def do_GET(self) -> None:
            """What is asked for without a body."""
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Tests look at `received`, not at a log."""

    return Handler
