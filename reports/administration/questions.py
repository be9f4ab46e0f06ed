"""Whether a category's extra questions are what the resident's form understands. Pure.

The form (`portal/questions.py`) shows the properties of one object, each text, number, choice, tick or date; a schema
that asks for more would be asked nowhere and then refuse every answer.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from reports.administration import patterns

TYPES = ("string", "integer", "number", "boolean")
OF_THE_WHOLE = {
    "type", "properties", "required", "additionalProperties", "title", "description", "$schema", "x-words-required",
}  # fmt: skip
OF_ONE = {
    "type", "title", "description", "enum", "titles", "format", "pattern", "minimum", "maximum", "minLength",
    "maxLength", "default",
}  # fmt: skip
MOST = 20
TRANSLATED = re.compile(r"_[a-z]{2}$")


def troubles(schema: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Pairs of JSON pointer and what is wrong there; nothing for no questions."""
    if schema is None:
        return
    if (unreadable := _unreadable(schema)) is not None:
        yield unreadable
        return
    asked = schema.get("properties", {})
    if schema.get("type", "object") != "object" or not isinstance(asked, dict):
        yield "", "the questions are the properties of one object"
        return
    for name in sorted(name for name in set(schema) - OF_THE_WHOLE if not name.startswith("x-")):
        yield f"/{name}", f"the form does not understand {name!r}"
    for name in schema.get("required", ()):
        if name not in asked:
            yield "/required", f"{name!r} must be answered and is not asked"
    if len(asked) > MOST:
        yield "/properties", f"there are more than {MOST} questions"
    for name, ask in asked.items():
        for place, what in _of_one(ask):
            yield f"/properties/{name}{place}", what


def _unreadable(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return "/" + "/".join(str(part) for part in error.absolute_path), error.message
    except (OverflowError, RecursionError) as error:
        # It is looked at whether patterns can be compiled, and some end otherwise than they should.
        return "", f"a pattern cannot be read: {error}"
    return None


def _of_one(ask: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(ask, dict):
        yield "", "a question is an object"
        return
    for name in sorted(ask):
        if TRANSLATED.sub("", name) not in OF_ONE:
            yield f"/{name}", f"the form does not understand {name!r}"
    if ask.get("type", "string") not in TYPES:
        yield "/type", f"an answer is one of {', '.join(TYPES)}"
    if "enum" in ask and not ask["enum"]:
        yield "/enum", "a choice needs something to choose from"
    if isinstance(pattern := ask.get("pattern", ""), str) and (unsafe := patterns.trouble(pattern)) is not None:
        yield "/pattern", unsafe
