"""Every word a page asks for exists, in every language, with the same values to fill in."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import portal
from portal.wording import choose, languages, translator, words
from reports.clocks import Unit
from reports.events import EVENTS
from reports.lifecycle import State, public_status
from reports.residents import ProofKind

ROOM = Path(portal.__file__).parent
WEB = ROOM.parent / "web" / "portal"
# Keys that are put together at run time, with everything the variable part can be.
PUT_TOGETHER = {
    "status.": {public_status(state) for state in State if state is not State.MERGED},
    "rating.": {"satisfied", "acceptable", "unsatisfied"},
    "prefs.theme.": {"auto", "light", "dark"},
    "prefs.text.": {"normal", "large"},
    "step.": {"received", "dispatched", "working", "done"},
    "track.due.": {"projected", "running", "paused"},
    "track.means.": {"projected", "running", "paused"},
    "promise.": {"received", "dispatched", "accepted"},
    "unit.": {f"{unit}{one}" for unit in get_args(Unit) for one in ("", ".one")},
    "together.proof.": set(get_args(ProofKind)),
}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_languages_have_the_same_words_and_values() -> None:
    assert languages()[0] == "vi" and "en" in languages()
    first = words("vi")
    for language in languages():
        assert words(language).keys() == first.keys()
        for key, text in words(language).items():
            assert text.strip() and _fields(text) == _fields(first[key]), (language, key)


def test_every_word_of_templates_and_python_exists() -> None:
    asked: set[str] = set()
    for path in [*ROOM.glob("templates/*.html"), *ROOM.glob("*.py"), *ROOM.parent.glob("api/routes/*.py")]:
        asked |= set(re.findall(r"""\bt\(\s*["']([a-z_.-]+[a-z_])["']\s*[,)]""", path.read_text("utf-8")))
    assert len(asked) > 80
    assert asked <= words("vi").keys(), asked - words("vi").keys()


def test_every_word_of_the_scripts_exists() -> None:
    asked: set[str] = set()
    for path in WEB.glob("*.ts"):
        asked |= set(re.findall(r"""\bt\("([a-z_]+)"[,)]""", path.read_text("utf-8")))
    assert len(asked) > 20
    known = {key.removeprefix("form.").removeprefix("js.") for key in words("vi") if re.match(r"(form\.)?js\.", key)}
    assert asked <= known, asked - known


@pytest.mark.parametrize(("prefix", "endings"), PUT_TOGETHER.items())
def test_words_that_are_put_together_exist(prefix: str, endings: set[str]) -> None:
    assert {prefix + ending for ending in endings} <= words("vi").keys()


def test_events_the_sender_may_hear_have_words() -> None:
    heard = {name for name, event in EVENTS.items() if event.audience in ("reporter", "public")}
    told = {key.removeprefix("event.") for key in words("vi") if key.startswith("event.")}
    # A photo that has come, is ready or withheld is seen beside the report itself.
    assert heard - told == {"media.arrived", "media.ready", "media.withheld"}
    assert told <= heard


def test_the_language_is_chosen_by_cookie_then_browser_then_city() -> None:
    assert choose("en") == "en"
    assert choose(None) == choose("xx") == choose("../../etc") == "vi"


def test_an_unknown_word_is_a_loud_mistake() -> None:
    with pytest.raises(KeyError):
        translator("vi")("no.such.word")
