"""The words of the pages, one JSON file per language in `words/`; a further language is one more file.

The first language is Vietnamese: a word that a translation lacks is shown in Vietnamese, never as a bare key.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

FIRST = "vi"
_FOLDER = Path(__file__).parent / "words"

Translate = Callable[..., str]


@lru_cache
def languages() -> tuple[str, ...]:
    """Codes of all languages there is a file for, the first language first."""
    found = sorted(path.stem for path in _FOLDER.glob("*.json"))
    return (FIRST, *(code for code in found if code != FIRST))


@lru_cache
def words(locale: str) -> dict[str, str]:
    """All words of one language, by key; those it lacks are filled from the first language."""
    own: dict[str, str] = json.loads((_FOLDER / f"{locale}.json").read_text("utf-8"))
    return own if locale == FIRST else {**words(FIRST), **own}


def translator(locale: str) -> Translate:
    """A function `t(key, **values)` for one language; an unknown key raises KeyError, so that tests find it."""
    table = words(locale)

    def t(key: str, /, **values: object) -> str:
        return table[key].format(**values) if values else table[key]

    return t


def choose(wanted: str | None) -> str:
    """The language to answer in: what the person chose, else the city's first language.

    The browser's Accept-Language does not count: cheap phones are sold set to English, and their owners are not.
    """
    return str(wanted) if wanted in languages() else FIRST
