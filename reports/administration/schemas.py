"""What an item of each section must look like: JSON Schema made from the columns, with what a column alone cannot say.

For forms each member has `title` (Vietnamese), `title_en`, and where it names something else `x-of`: the section, or
"areas", "accounts", "layers", whose code it is.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from sqlalchemy import ARRAY, Boolean, Column, DateTime, Float, Integer
from sqlalchemy.dialects.postgresql import JSONB

from reports.administration.forms import EXTERNAL, LEVELS, NEAR, PROOF, RELATIVE, SETTINGS, STOPPER
from reports.administration.sections import MISSING, SECTIONS, Section
from reports.administration.words import SECTION_WORDS, named
from reports.configuration import LANES, URGENCIES
from reports.lifecycle import Command

CODE = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "maxLength": 64}
NAME = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}
WORDS = {"type": "string", "maxLength": 4000}
MOST_INTEGER = 2**31 - 1

# By section and member, then by member alone.
SAID: dict[str, dict[str, Any]] = {
    "categories.code": CODE,
    "categories.icon": CODE,
    "categories.parent_code": {"type": ["string", "null"], "x-of": "categories"},
    "categories.lane": {"enum": list(LANES)},
    "categories.approvals": {"type": "integer", "minimum": 0, "maximum": 2},
    "categories.dispute_days": {"type": "integer", "minimum": 0, "maximum": 365},
    "categories.extensions_allowed": {"type": "integer", "minimum": 0, "maximum": 20},
    "categories.extension_days": {"type": "integer", "minimum": 0, "maximum": 366},
    "categories.audit_share": {"type": "number", "minimum": 0, "maximum": 1},
    "categories.stopper": STOPPER,
    "categories.proof": PROOF,
    "agencies.parent_code": {"type": ["string", "null"], "x-of": "agencies"},
    "agencies.kind": CODE,
    "agencies.official_code": {
        "type": ["string", "null"],
        "pattern": "^[A-Y][0-9]{2}(\\.[0-9A-Z]+)*$",
        "maxLength": 35,
    },
    "agencies.legacy_code": {"type": ["string", "null"], "pattern": "^[0-9A-Z]+(\\.[0-9A-Z]+){0,7}$", "maxLength": 35},
    "agencies.area_code": {"type": ["string", "null"], "x-of": "areas"},
    "agencies.phone": {"type": ["string", "null"], "maxLength": 40},
    "agencies.external": EXTERNAL,
    "calendars.definition": {"type": "object"},
    "reasons.command": {"enum": [command.value for command in Command]},
    "templates.command": {"enum": [command.value for command in Command]},
    "templates.text": {**WORDS, "minLength": 1},
    "templates.reason": {"type": ["string", "null"]},
    "rules.areas": {"type": ["array", "null"], "items": CODE, "uniqueItems": True, "x-of": "areas"},
    "area_sets.areas": {"type": "array", "items": CODE, "uniqueItems": True, "x-of": "areas"},
    "calendar": {"type": ["string", "null"], "x-of": "calendars"},
    "category": {"type": ["string", "null"], "x-of": "categories"},
    "lead": {"type": ["string", "null"], "x-of": "agencies"},
    # "@commune" and the like are found from the place of the report.
    "supporting": {
        "type": "array",
        "items": {"type": "string", "maxLength": 64},
        "uniqueItems": True,
        "x-of": "agencies",
    },
    "area_set": {"type": ["string", "null"], "x-of": "area_sets"},
    "person": {"type": ["string", "null"], "x-of": "accounts"},
    "relative": RELATIVE,
    "near": NEAR,
    "urgency": {"enum": [*URGENCIES, None]},
    "when": {"enum": ["open", "closed", None]},
    "service_levels": LEVELS,
    "holder_levels": LEVELS,
    "second_chance": LEVELS,
    "public_answer": {"type": ["string", "null"], "maxLength": 4000},
    "public_answer_en": {"type": ["string", "null"], "maxLength": 4000},
    "code": CODE,
    "name": NAME,
    "name_en": NAME,
}


def schemas() -> dict[str, Any]:
    """JSON Schema (2020-12) of one item of each section, by the section's name; of the settings as `settings`."""
    return {"settings": SETTINGS, **{name: schema_of(section) for name, section in SECTIONS.items()}}


def schema_of(section: Section) -> dict[str, Any]:
    """The schema of one item."""
    title, title_en = SECTION_WORDS[section.name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "title_en": title_en,
        "type": "object",
        "properties": {name: _member(section, column) for name, column in section.columns.items()},
        "required": [name for name in section.columns if section.default(name) is MISSING or name in section.keyed],
        "additionalProperties": False,
        "x-key": list(section.keyed),
        "x-ordered": section.ordered,
    }


def _member(section: Section, column: Column[Any]) -> dict[str, Any]:
    name = column.name
    said = SAID.get(f"{section.name}.{name}") or SAID.get(name) or _of_column(column)
    title, title_en = named(name)
    member = {"title": title, "title_en": title_en, **said}
    default = section.default(name)
    return member if default is MISSING or name in section.keyed else {**member, "default": default}


def _of_column(column: Column[Any]) -> dict[str, Any]:
    schema = _of_type(column.type)
    if column.nullable and isinstance(schema.get("type"), str):
        schema = {**schema, "type": [schema["type"], "null"]}
    return schema


def _of_type(kind: Any) -> dict[str, Any]:
    if isinstance(kind, ARRAY):
        return {"type": "array", "items": {"type": "string", "maxLength": 200}}
    if isinstance(kind, JSONB):
        return {"type": "object"}
    if isinstance(kind, DateTime):
        return {"type": "string", "format": "date-time"}
    for column, schema in (
        (Boolean, {"type": "boolean"}),
        (Integer, {"type": "integer", "minimum": 0, "maximum": MOST_INTEGER}),
        (Float, {"type": "number"}),
    ):
        if isinstance(kind, column):
            return dict(schema)
    return dict(WORDS)


def _unique(validator: Any, asked: bool, value: Any, schema: Any) -> Iterator[ValidationError]:
    """As the library's, which compares each entry with each: minutes for a list as long as a request may be."""
    if asked and validator.is_type(value, "array"):
        written = {orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in value}
        if len(written) < len(value):
            yield ValidationError("names something twice")


_Validator = extend(Draft202012Validator, {"uniqueItems": _unique})


@cache
def validator(section: str) -> Any:
    """Validates an item of the section, or the city's settings."""
    return _Validator(SETTINGS if section == "settings" else schema_of(SECTIONS[section]))
