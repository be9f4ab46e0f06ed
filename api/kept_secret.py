"""Secrets that are made once and kept in the state folder, for their owner's eyes. Standard library only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept_secret(state_dir: Path, name: str, *, length: int) -> str:
    """A random text of `length` bytes, made at the first call, kept in `state_dir/name` with mode 0600.

    Two processes that come first at the same time agree: the file appears complete or not at all.
    """
    path = state_dir / name
    if not path.exists():
        state_dir.mkdir(parents=True, exist_ok=True)
        draft = state_dir / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_hex(length) + "\n")
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its secret is the one
        finally:
            draft.unlink()
    return path.read_text().strip()
