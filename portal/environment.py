"""The template environment of the pages, and the values every page is rendered with."""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from portal.assets import Assets, NotBuilt, assets
from portal.icons import drawing
from portal.moments import Clock
from portal.wording import languages, translator, words

_TEMPLATES = Path(__file__).parent / "templates"
BROWSER_WORDS = "js."
"""Words with this prefix are handed to the scripts of the page."""
FORM_WORDS = "form.js."
"""Words for the scripts of the report form alone: no other page carries them."""


@dataclass(frozen=True)
class View:
    """Who reads the page, where and when. `path` is the address with query, for coming back after a change of
    language; `csrf` goes into every form, `key` is a fresh UUID for a form that must count once.
    """

    now: datetime
    locale: str = "vi"
    city: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    base_url: str = ""
    path: str = "/"
    csrf: str = ""
    key: str = ""
    theme: str | None = None
    large: bool = False
    unread: int = 0


def _lines(value: str) -> Markup:
    """Plain text with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in value.splitlines())


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["drawing"] = drawing
    made.filters["lines"] = _lines
    return made


@lru_cache
def browser_words(locale: str, prefix: str = BROWSER_WORDS) -> str:
    """The words of one language that begin with `prefix`, as JSON by the rest of their keys."""
    known = words(locale).items()
    own = {key.removeprefix(prefix): word for key, word in known if key.startswith(prefix)}
    return json.dumps(own, ensure_ascii=False, separators=(",", ":"))


def _built() -> Assets:
    """Pages are whole without the build, only plainer: a missing one must not take the portal down."""
    try:
        return assets()
    except NotBuilt:
        return Assets()


def _number(value: int, locale: str) -> str:
    """Digits in groups of three, as the language separates them."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if locale == "vi" else grouped


def percent(share: float, locale: str) -> str:
    """A share of 0..1 in percent with at most one decimal, as the language writes it."""
    # Halves go up, as everybody rounds; but 99.96 % on time is not 100 %, nor is one late case of many none.
    tenths = math.floor(share * 1000 + 0.5)
    if 0 < share < 1:
        tenths = min(999, max(1, tenths))
    text = f"{tenths / 10:g} %"
    return text.replace(".", ",") if locale == "vi" else text.replace(" %", "%")


def render(template: str, view: View, **values: Any) -> str:
    """The page as HTML text. A template that names a value it was not given raises UndefinedError."""
    t = translator(view.locale)
    return (
        _environment()
        .get_template(template)
        .render(
            view=view,
            t=t,
            clock=Clock(view.zone, view.now, t),
            assets=_built(),
            browser_words=browser_words(view.locale),
            languages=[(code, words(code)["language.name"]) for code in languages()],
            number=lambda value: _number(value, view.locale),
            percent=lambda share: percent(share, view.locale),
            **values,
        )
    )
