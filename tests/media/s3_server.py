"""A real server that speaks S3, in a process of its own; what it was asked is known."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from uuid import uuid4

from media.s3_store import S3Store
from media.stores import store_from_url


def free_port() -> int:
    """A TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class S3Server:
    """`endpoint` is its address; every `bucket()` is a fresh one."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log"
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", str(port)],
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            assert self._process.poll() is None, "the server ended by itself"
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def bucket(self) -> str:
        """Makes a bucket; gives its name."""
        name = f"bucket-{uuid4().hex[:12]}"
        made = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")
        urllib.request.urlopen(made, timeout=60).close()
        return name

    def url_of(self, bucket: str) -> str:
        """The address of a store inside a bucket, as settings name it."""
        return f"s3://{bucket}/in/side?endpoint={self.endpoint}&region=us-east-1"

    def store(self, bucket: str | None = None) -> S3Store:
        """A store inside a bucket, a fresh one unless named."""
        opened = store_from_url(self.url_of(bucket or self.bucket()), "id", "key")
        assert isinstance(opened, S3Store)
        return opened

    def asked(self, pattern: str) -> list[str]:
        """The request lines so far that match."""
        return [line for line in self._log.read_text(errors="replace").splitlines() if re.search(pattern, line)]
