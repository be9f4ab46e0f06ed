"""A copy of ours as it goes onto paper: JPEG, because documents embed it as it is, and no larger than print needs."""

import io

from PIL import Image

QUALITY = 82
MOST_PIXELS = 20_000_000
"""One of our copies has about two million; more is none of ours."""


def for_paper(copy: bytes, side: int) -> bytes | None:
    """A WebP or JPEG copy with its longest side at most `side` pixels, as JPEG; None for what cannot be read."""
    try:
        with Image.open(io.BytesIO(copy), formats=("WEBP", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
