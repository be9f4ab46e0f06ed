"""Puts a notice into words. A language is one file in `words/`; adding a file adds the language."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

#: Spoken when a device asks for a language we do not have.
FIRST_LANGUAGE: Final = "vi"


@dataclass(frozen=True)
class Facts:
    """What a notice may say. None: not known, or not to be said; the sentence that needs it is left out."""

    code: str
    #: By language, e.g. {"vi": "Ổ gà", "en": "Pothole"}.
    category: Mapping[str, str] | None = None
    agency: Mapping[str, str] | None = None
    due: datetime | None = None
    #: The area's name, where the notice is about an area.
    area: str | None = None


@cache
def _books() -> Mapping[str, Mapping[str, Any]]:
    folder = files("notifications") / "words"
    return {
        one.name.removesuffix(".toml"): tomllib.loads(one.read_text(encoding="utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".toml")
    }


def languages() -> tuple[str, ...]:
    """The languages that have a file, e.g. ("en", "vi")."""
    return tuple(sorted(_books()))


def language_of(locale: str) -> str:
    """The language to speak for a BCP 47 locale: "en-US" gives "en", an unknown one the city's first."""
    spoken = locale.replace("_", "-").split("-")[0].lower()
    return spoken if spoken in _books() else FIRST_LANGUAGE


def put(phrase: str, locale: str, facts: Facts, zone: ZoneInfo) -> tuple[str, str]:
    """Title and body of the notice `phrase` for a device's locale; times are shown in `zone`, the city's own.

    Raises KeyError when no such phrase exists in the language.
    """
    language = language_of(locale)
    book = _books()[language]
    known = _known(facts, language, book["form"], zone)
    sentences = (_sentence(wordings, known) for wordings in book[phrase]["body"])
    return book[phrase]["title"], " ".join(sentence for sentence in sentences if sentence)


def _sentence(wordings: list[str], known: Mapping[str, str]) -> str | None:
    for wording in wordings:
        if {name for _, name, _, _ in string.Formatter().parse(wording) if name} <= known.keys():
            return wording.format_map(known)
    return None


def _known(facts: Facts, language: str, form: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    known = {"code": facts.code}
    for name, said in (("category", facts.category), ("agency", facts.agency)):
        word = said and (said.get(language) or said.get(FIRST_LANGUAGE))
        if word:
            known[name] = word
    if facts.area is not None:
        known["area"] = facts.area
    if facts.due is not None:
        known["due"] = _moment(facts.due.astimezone(zone), form)
    return known


def _moment(local: datetime, form: Mapping[str, Any]) -> str:
    months = form.get("months")
    moment: str = form["moment"]
    return moment.format(
        time=f"{local:%H:%M}",
        weekday=form["weekdays"][local.weekday()],
        day=local.day,
        month=local.month,
        month_name=months[local.month - 1] if months else local.month,
        year=local.year,
    )
