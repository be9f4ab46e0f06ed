"""How a program starts: what it is made of stays, so nobody looks through it for rubbish while it comes in."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Imports in this block take a fifth less time, and what they brought is never looked through later either: a look
    through all of a server's modules holds up every request for a quarter of a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
