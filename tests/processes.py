"""Processes of tests, gone whatever happens: one that a failed test leaves running makes others fail."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def lasting(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program for the block; afterwards it is gone, killed if need be, and its pipes are closed."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()
