"""The JSON of an alarm and of a drill, as a schema for AsyncAPI; a test holds what is really sent against it."""

from typing import Any

from reports.alarms import KINDS, TOP_LEVEL

TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
TIME: dict[str, Any] = {"type": "string", "format": "date-time"}
MAYBE_TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}


def _object(properties: dict[str, Any], *, nullable: bool = False) -> dict[str, Any]:
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


PERSON = _object({"username": TEXT, "name": TEXT})

ALARM = _object(
    {
        "id": {"type": "integer"},
        "kind": {"enum": list(KINDS)},
        "level": {"type": "integer", "minimum": 1, "maximum": TOP_LEVEL},
        "raised_at": TIME,
        "text_vi": TEXT,
        "text_en": TEXT,
        "reports": {"type": "array", "items": TEXT},
        "category": MAYBE_TEXT,
        "agency": MAYBE_TEXT,
        "area": _object({"code": TEXT, "name": MAYBE_TEXT}, nullable=True),
        "location": _object({"lon": {"type": "number"}, "lat": {"type": "number"}}, nullable=True),
        "radius_m": {"type": ["number", "null"]},
        "count": {"type": "integer", "minimum": 0},
        "acknowledged": _object({"by": PERSON, "at": TIME, "note": MAYBE_TEXT}, nullable=True),
        "cleared_at": MAYBE_TIME,
        "drill": {"type": "boolean"},
    }
)

DRILL = _object(
    {"active": {"const": True}, "since": TIME, "by": PERSON, "until": TIME, "scenario": MAYBE_TEXT}, nullable=True
)
