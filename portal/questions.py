"""A category's extra questions: from JSON Schema (2020-12) to what a form shows, and from a form's text back to values.

Understood are the properties of an object with type string, integer, number or boolean, `enum`, `format: date`,
`title`, `description`, limits of length and size, `pattern` and `required`. Wording in a second language stands beside
the first (`title_en`, `description_en`, `titles_en`: labels of the enum's values by value).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Control = Literal["choice", "tick", "number", "date", "lines", "text"]
YES, NO = "true", "false"

FEW = 5
"""So many answers are shown as buttons; more become a list."""

LONG = 240
"""Longer answers get a field of several lines."""


@dataclass(frozen=True)
class Question:
    """One question. `options` are (value, label) as text; `bounds` are HTML attributes of the field."""

    key: str
    label: str
    hint: str
    kind: str
    control: Control
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    bounds: Mapping[str, str] = field(default_factory=dict)

    @property
    def few(self) -> bool:
        """Whether all answers fit beside each other."""
        return len(self.options) <= FEW


def questions_of(schema: Mapping[str, Any] | None, locale: str, yes: str = YES, no: str = NO) -> list[Question]:
    """The questions in the schema's order; `yes` and `no` word the answers of a boolean that must be answered."""
    required = (schema or {}).get("required", ())
    asked = (schema or {}).get("properties", {})
    return [_question(key, ask, locale, key in required, (yes, no)) for key, ask in asked.items()]


def typed(text: str, ask: Mapping[str, Any]) -> Any:
    """The answer in the type the question asks for; text that is no such value stays text and is refused later."""
    for option in ask.get("enum", ()):
        if _plain(option) == text:
            return option
    kind = ask.get("type")
    if kind == "boolean":
        return {YES: True, NO: False}.get(text, text)
    try:
        return int(text) if kind == "integer" else float(text) if kind == "number" else text
    except ValueError:
        return text


def _question(key: str, ask: Mapping[str, Any], locale: str, required: bool, words: tuple[str, str]) -> Question:
    kind = str(ask.get("type", "string"))
    options = _options(ask, locale)
    if kind == "boolean" and required:
        # An empty box would be an answer nobody gave.
        options = ((YES, words[0]), (NO, words[1]))
    control = "choice" if options else _control(kind, ask)
    label = _worded(ask, "title", locale) or key
    return Question(key, label, _worded(ask, "description", locale), kind, control, required, options, _bounds(ask))


def _control(kind: str, ask: Mapping[str, Any]) -> Control:
    if kind == "boolean":
        return "tick"
    if kind in ("integer", "number"):
        return "number"
    if ask.get("format") == "date":
        return "date"
    return "lines" if int(ask.get("maxLength", 0)) > LONG else "text"


def _worded(ask: Mapping[str, Any], name: str, locale: str) -> str:
    return str((ask.get(f"{name}_{locale}") if locale != "vi" else None) or ask.get(name) or "")


def _options(ask: Mapping[str, Any], locale: str) -> tuple[tuple[str, str], ...]:
    titles = (ask.get(f"titles_{locale}") if locale != "vi" else None) or ask.get("titles") or {}
    values = [_plain(value) for value in ask.get("enum", ()) if value is not None]
    return tuple((value, str(titles.get(value, value))) for value in values)


def _plain(value: Any) -> str:
    return {True: YES, False: NO}[value] if isinstance(value, bool) else str(value)


def _bounds(ask: Mapping[str, Any]) -> dict[str, str]:
    names = {"minimum": "min", "maximum": "max", "minLength": "minlength", "maxLength": "maxlength"}
    bounds = {html: str(ask[name]) for name, html in names.items() if name in ask}
    if ask.get("type") == "number":
        bounds["step"] = "any"
    if ask.get("type", "string") == "string" and "enum" not in ask:
        bounds.setdefault("maxlength", "500")
        # JSON Schema looks for the pattern anywhere in the text, a field wants it of the whole.
        if pattern := ask.get("pattern"):
            bounds["pattern"] = f".*(?:{pattern}).*"
    return bounds
