"""A category's questions, from JSON Schema to the form and back."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portal.questions import Question, questions_of, typed

SCHEMA: dict[str, Any] = {
    "properties": {
        "size": {"type": "string", "title": "Cỡ", "title_en": "Size", "enum": ["s", "l"], "titles": {"s": "Nhỏ"}},
        "deep": {"type": "boolean", "title": "Sâu"},
        "open": {"type": "boolean", "title": "Hở"},
        "count": {"type": "integer", "title": "Số", "minimum": 1, "maximum": 9, "description": "đếm", "enum_": 1},
        "metres": {"type": "number", "title": "Mét", "minimum": 0},
        "day": {"type": "string", "format": "date", "title": "Ngày"},
        "pole": {"type": "string", "title": "Trụ", "pattern": "^[A-Z]+[0-9]+$", "maxLength": 12},
        "story": {"type": "string", "title": "Kể lại", "maxLength": 2000},
        "floor": {"type": "integer", "title": "Tầng", "enum": [1, 2, 3, 4, 5, 6]},
    },
    "required": ["size", "open"],
}


def by_key(locale: str = "vi") -> dict[str, Question]:
    return {one.key: one for one in questions_of(SCHEMA, locale, "Có", "Không")}


def test_each_type_has_its_control() -> None:
    assert {key: one.control for key, one in by_key().items()} == {
        "size": "choice",
        "deep": "tick",
        "open": "choice",
        "count": "number",
        "metres": "number",
        "day": "date",
        "pole": "text",
        "story": "lines",
        "floor": "choice",
    }


def test_words_come_in_the_readers_language_or_the_first() -> None:
    assert (by_key()["size"].label, by_key("en")["size"].label) == ("Cỡ", "Size")
    assert by_key("en")["count"].label == "Số" and by_key()["count"].hint == "đếm"
    assert by_key()["size"].options == (("s", "Nhỏ"), ("l", "l"))


def test_a_boolean_that_must_be_answered_is_asked_as_yes_or_no() -> None:
    assert by_key()["open"].options == (("true", "Có"), ("false", "Không"))
    assert by_key()["open"].required and not by_key()["deep"].required


def test_limits_become_those_of_the_field() -> None:
    assert by_key()["count"].bounds == {"min": "1", "max": "9"}
    assert by_key()["metres"].bounds == {"min": "0", "step": "any"}
    assert by_key()["pole"].bounds == {"maxlength": "12", "pattern": ".*(?:^[A-Z]+[0-9]+$).*"}
    assert by_key()["size"].few and not by_key()["floor"].few


def test_no_questions() -> None:
    assert questions_of(None, "vi") == questions_of({"x-words-required": True}, "vi") == []


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("size", "s", "s"),
        ("deep", "true", True),
        ("open", "false", False),
        ("count", "3", 3),
        ("metres", "1.5", 1.5),
        ("floor", "6", 6),
        ("day", "2026-11-20", "2026-11-20"),
    ],
)
def test_an_answer_is_of_the_type_that_was_asked_for(key: str, text: str, value: object) -> None:
    ask = SCHEMA["properties"][key]
    got = typed(text, ask)
    assert got == value and type(got) is type(value)
    assert Draft202012Validator(ask).is_valid(got)


@pytest.mark.parametrize(("key", "text"), [("count", "ba"), ("metres", "sâu"), ("deep", "có"), ("floor", "7")])
def test_what_is_no_answer_is_left_for_the_city_to_refuse(key: str, text: str) -> None:
    ask = SCHEMA["properties"][key]
    assert not Draft202012Validator(ask).is_valid(typed(text, ask))
