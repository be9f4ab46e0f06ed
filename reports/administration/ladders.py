"""The ladders of a configuration: their form, the usual ones, and what is odd about one a city made. Pure.

A ladder that has not the form would be passed over for the usual one without a word (`reports.escalation`), so it is
refused here; one that has it and cannot work as its author means is told where it goes wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.administration.finding import Finding
from reports.configuration import LANES
from reports.escalation import CAUSES, KEPT, LONGEST, PERCENT, RECIPIENTS, UNITS, Rung, ladder

ESCALATION = "escalation"
MOST_RUNGS = 20


def _data(rung: Rung) -> dict[str, Any]:
    return {"cause": rung.cause, "after": {"amount": rung.amount, "unit": rung.unit}, "to": rung.to}


USUAL: dict[str, list[dict[str, Any]]] = {
    lane: [_data(rung) for cause in CAUSES for rung in ladder({}, lane, cause)] for lane in LANES
}
"""By lane: what holds where a city says nothing."""

_AFTER = {
    "type": "object",
    "properties": {"amount": {"type": "integer", "minimum": 0, "maximum": LONGEST}, "unit": {"enum": list(UNITS)}},
    "required": ["amount", "unit"],
    "additionalProperties": False,
}
_RUNG = {
    "type": "object",
    "properties": {"cause": {"enum": list(CAUSES)}, "after": _AFTER, "to": {"enum": list(RECIPIENTS)}},
    "required": ["cause", "after", "to"],
    "additionalProperties": False,
    # A share of the promise is used up by what is late; before 100 % there are warnings.
    "if": {
        "required": ["after"],
        "properties": {
            "after": {"type": "object", "required": ["unit"], "properties": {"unit": {"const": PERCENT}}},
        },
    },
    "then": {"properties": {"cause": {"enum": ["late"]}, "after": {"properties": {"amount": {"minimum": 100}}}}},
}
SCHEMA: dict[str, Any] = {
    "title": "Báo lên cấp trên",
    "title_en": "Escalation",
    "type": ["object", "null"],
    "properties": {lane: {"type": ["array", "null"], "items": _RUNG, "maxItems": MOST_RUNGS} for lane in LANES},
    "additionalProperties": False,
    "default": USUAL,
}
"""Of the setting `escalation`: by lane the rungs, lowest first; null or nothing for the usual ones."""


def problems(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the ladders the city made, each of them in the right form."""
    for lane, rungs in (settings.get(ESCALATION) or {}).items():
        for cause in CAUSES if rungs is not None else ():
            steps = [(place, rung) for place, rung in enumerate(rungs) if rung["cause"] == cause]
            # Without steps for what lies with the center at its end the usual ones hold.
            if not steps and cause not in KEPT:
                yield Finding("settings", ESCALATION, f"nobody-{cause}", f"/{ESCALATION}/{lane}")
            yield from _of_steps(lane, steps)


def _of_steps(lane: str, steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    called: set[str] = set()
    latest: dict[str, int] = {}
    for place, rung in steps:
        pointer, after = f"/{ESCALATION}/{lane}/{place}", rung["after"]
        if rung["to"] in called:
            yield Finding("settings", ESCALATION, "called-twice", f"{pointer}/to")
        called.add(rung["to"])
        # Unlike units cannot be compared without a case and a calendar; the one above waits for the one below anyway.
        if after["amount"] < latest.get(after["unit"], 0):
            facts = {"least": latest[after["unit"]]}
            yield Finding("settings", ESCALATION, "rung-order", f"{pointer}/after/amount", facts)
        latest[after["unit"]] = max(after["amount"], latest.get(after["unit"], 0))
