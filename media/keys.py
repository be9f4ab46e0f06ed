"""Where things lie in the store: by the digest of the original, so that storing twice stores once."""

from __future__ import annotations


def original_key(sha256: str) -> str:
    """Where an original lies, sealed: `sealed/<first two>/<sha256>`."""
    return f"sealed/{sha256[:2]}/{sha256}"


_ENDINGS = {"video": "mp4", "audio": "m4a"}


def derivative_key(sha256: str, name: str) -> str:
    """Where the copy `name` (large, small, video, audio) of the original with this digest lies."""
    return f"derived/{sha256[:2]}/{sha256}/{name}.{_ENDINGS.get(name, 'webp')}"
