"""The forms of what columns keep as JSON, and of the city's settings: JSON Schema where a column says nothing."""

from typing import Any

from reports.administration import ladders
from reports.clocks import LONGEST
from reports.configuration import URGENCIES
from reports.external_systems import EMAIL, WEBHOOK
from reports.external_systems import LONGEST as LONGEST_ADDRESS

TEXT = {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": r"\S"}
MOST_ASKED_M = 1_000
"""A rule asks whose road or park lies here, not what lies somewhere around."""

MAYBE_TEXT = {"type": ["string", "null"], "maxLength": 4000}


def shaped(properties: dict[str, Any], *required: str, none: bool = True) -> dict[str, Any]:
    """An object of exactly these members, or null."""
    return {
        "type": ["object", "null"] if none else "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


LEVEL = shaped(
    {
        "amount": {"type": "integer", "minimum": 1, "maximum": max(LONGEST.values())},
        "unit": {"enum": list(LONGEST)},
        "starts": {"enum": ["received", "dispatched", "accepted"]},
    },
    "amount", "unit", "starts",
    none=False,
)  # fmt: skip
LEVELS = shaped(dict.fromkeys(URGENCIES, LEVEL))
STOPPER = shaped({"text": TEXT, "text_en": MAYBE_TEXT, "phone": MAYBE_TEXT}, "text")
PROOF = shaped(
    {
        "within_m": {"type": ["number", "null"], "minimum": 1, "maximum": 100_000},
        "after_assignment": {"type": ["boolean", "null"]},
        "unique": {"type": ["boolean", "null"]},
        "words": {"type": ["integer", "null"], "minimum": 1, "maximum": 100},
    }
)
# The keys that sign are kept elsewhere, sealed: nothing else has a place here.
EXTERNAL = shaped(
    {
        "kind": {"enum": [WEBHOOK, EMAIL]},
        "url": {"type": ["string", "null"], "maxLength": LONGEST_ADDRESS},
        "address": {"type": ["string", "null"], "maxLength": 320},
    },
    "kind",
)
RELATIVE = shaped({"to": {"enum": ["commune", "owner"]}, "up": {"type": "integer", "minimum": 0, "maximum": 5}}, "to")
NEAR = shaped(
    {
        "layer": {**TEXT, "maxLength": 64, "x-of": "layers"},
        "within_m": {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_ASKED_M},
        "owner": {"type": ["string", "null"], "maxLength": 200},
    },
    "layer", "within_m",
)  # fmt: skip

SETTINGS: dict[str, Any] = {
    "title": "Thiết lập chung",
    "title_en": "City settings",
    "type": "object",
    "properties": {
        "hot_spots": {
            "title": "Điểm nóng",
            "title_en": "Hot spots",
            **shaped(
                {
                    "cases": {"type": "integer", "minimum": 2, "maximum": 1000},
                    "metres": {"type": "number", "minimum": 1, "maximum": 5000},
                    "days": {"type": "integer", "minimum": 1, "maximum": 3650},
                }
            ),
        },
        "warnings": {
            "title": "Cảnh báo hạn (phần trăm)",
            "title_en": "Warnings of due times, in percent",
            "type": ["array", "null"],
            "items": {"type": "integer", "minimum": 1, "maximum": 100},
            "maxItems": 10,
            "uniqueItems": True,
        },
        "bare_answers": {
            "title": "Câu trả lời suông không được chấp nhận",
            "title_en": "Bare answers that are refused",
            "type": ["array", "null"],
            "items": TEXT,
            "maxItems": 500,
        },
        ladders.ESCALATION: ladders.SCHEMA,
    },
}
"""Of the city's settings. What is not here is kept, and warned of: perhaps another version of the software knows it."""
