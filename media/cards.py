"""The picture that stands for a report where its address is shared (Open Graph): drawn, 1200 by 630.

Only what is public goes in: the words, and a copy in which faces and plates are hidden. The font is Roboto from a
package, because machines without a screen have none that knows Vietnamese.
"""

import io
from dataclasses import dataclass
from functools import lru_cache

import font_roboto
from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDTH, HEIGHT = 1200, 630
"""What Facebook, Zalo and others ask for (1.91 : 1)."""

MARGIN = 56
PICTURE = 560
"""Width of the picture at the right edge; without one the words have the whole card."""

QUALITY = 84
GROUND, INK, INK_2, ACCENT, DONE = "#ffffff", "#14181d", "#4a545f", "#0b5cad", "#17693b"
LINES = 4
LONGEST = 300
MOST_PIXELS = 20_000_000
"""A public copy has about two million; more is none of ours."""


@dataclass(frozen=True)
class Card:
    """The words of a card in the city's language, each one line but the title, which may have several."""

    title: str
    place: str
    status: str
    code: str
    site: str


def draw(card: Card, picture: bytes | None = None) -> bytes:
    """The card as JPEG. `picture` is a public copy; one that cannot be read is left out."""
    card = Card(**{name: _printable(words) for name, words in vars(card).items()})
    made = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    photo = _opened(picture)
    room = WIDTH - 2 * MARGIN
    if photo is not None:
        made.paste(ImageOps.fit(photo, (PICTURE, HEIGHT)), (WIDTH - PICTURE, 0))
        room -= PICTURE
    _write(ImageDraw.Draw(made), card, room)
    out = io.BytesIO()
    # A card is new bytes throughout: nothing of the picture's metadata comes along.
    made.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _printable(words: str) -> str:
    """What can be drawn: control characters and halves of letters make the layout engine fail."""
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST]


def _opened(picture: bytes | None) -> Image.Image | None:
    if picture is None:
        return None
    try:
        with Image.open(io.BytesIO(picture), formats=("WEBP", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None


def _write(ink: ImageDraw.ImageDraw, card: Card, room: int) -> None:
    ink.rectangle((0, 0, 14, HEIGHT), fill=ACCENT)
    ink.text((MARGIN, 52), _cut(card.site, _font("Medium", 30), room), font=_font("Medium", 30), fill=ACCENT)
    size, lines = _fitted(card.title, room)
    y = 128
    for line in lines:
        ink.text((MARGIN, y), line, font=_font("Bold", size), fill=INK)
        y += round(size * 1.24)
    ink.text((MARGIN, y + 18), _cut(card.place, _font("Regular", 34), room), font=_font("Regular", 34), fill=INK_2)
    _badge(ink, card.status, HEIGHT - 118)
    code = _font("Medium", 34)
    width = _badge_width(card.status)
    ink.text((MARGIN + width + 28, HEIGHT - 106), _cut(card.code, code, room - width - 28), font=code, fill=INK_2)


def _badge_width(status: str) -> int:
    return round(_font("Bold", 32).getlength(status)) + 84


def _badge(ink: ImageDraw.ImageDraw, status: str, y: int) -> None:
    """The status with a tick: never colour alone."""
    ink.rounded_rectangle((MARGIN, y, MARGIN + _badge_width(status), y + 62), 31, fill="#e0f3e7")
    ink.line([(MARGIN + 24, y + 33), (MARGIN + 33, y + 42), (MARGIN + 49, y + 22)], fill=DONE, width=5, joint="curve")
    ink.text((MARGIN + 62, y + 11), status, font=_font("Bold", 32), fill=DONE)


def _fitted(title: str, room: int) -> tuple[int, list[str]]:
    """The largest type in which the title fits, and its lines; the last one is cut where even the smallest does not."""
    for size in (60, 52, 44):
        lines = _wrapped(title, _font("Bold", size), room)
        if len(lines) <= LINES:
            return size, lines
    font = _font("Bold", 44)
    return 44, [*lines[: LINES - 1], _cut(" ".join(lines[LINES - 1 :]), font, room)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font, room))
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    name = "Roboto" if weight == "Regular" else f"Roboto{weight}"
    return ImageFont.truetype(font_roboto.font_files[name], size)
