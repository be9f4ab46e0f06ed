"""The letters of every document on paper: Roboto with all Vietnamese marks, embedded."""

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import font_roboto
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

INK, LINE, SHADE = colors.HexColor("#14181d"), colors.HexColor("#858e9a"), colors.HexColor("#eceef1")
CENTERED = {"alignment": TA_CENTER}


@lru_cache
def register() -> None:
    """Make the letters known to the drawing library; to be called before anything is set in them."""
    for weight, file in (("Regular", ""), ("Bold", "Bold"), ("Italic", "Italic"), ("BoldItalic", "BoldItalic")):
        pdfmetrics.registerFont(TTFont(f"Roboto-{weight}", font_roboto.font_files[f"Roboto{file}"]))


def style(size: float, font: str = "Regular", **more: Any) -> ParagraphStyle:
    """A paragraph of this size in points."""
    given = {"leading": size * 1.35, "textColor": INK, **more}
    return ParagraphStyle(f"{font}{size}{sorted(more)}", fontName=f"Roboto-{font}", fontSize=size, **given)


def said(words: str, look: ParagraphStyle) -> Paragraph:
    """Words as they are, whatever signs are in them; lines stay lines."""
    # Roboto has no arrow.
    return Paragraph(escape(words.replace("→", "–")).replace("\n", "<br/>"), look)
