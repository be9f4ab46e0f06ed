"""asyncapi.json is a valid AsyncAPI 3 document, judged by the schema that the initiative itself publishes."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

from api.asyncapi import describe
from reports.commands import ARGS
from reports.events import EVENTS
from reports.lifecycle import OFFERED

SCHEMA = Path(__file__).parents[2] / "web/node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
DOCUMENT: dict[str, Any] = json.loads(json.dumps(describe()))


def _faults(document: dict[str, Any]) -> list[str]:
    judge = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    return [f"{list(error.path)}: {error.message[:200]}" for error in judge.iter_errors(document)]


def test_it_is_valid() -> None:
    assert _faults(DOCUMENT) == []


def test_the_judge_can_refuse() -> None:
    assert _faults({**DOCUMENT, "operations": {"hear": {"action": "listen"}}})


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(DOCUMENT):
        found: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found, reference


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return here + [one for inner in value.values() for one in _references(inner)]
    return [one for inner in value for one in _references(inner)] if isinstance(value, list) else []


def test_every_event_and_command_is_in_it_with_a_schema_that_is_one() -> None:
    messages = DOCUMENT["components"]["messages"]
    commands = {f"command.{command.value}" for command in OFFERED}
    assert commands | set(EVENTS) <= set(messages) and len(ARGS) >= len(commands)
    for message in messages.values():
        Draft202012Validator.check_schema(message["payload"])
    said = {
        one["$ref"].rsplit("/", 1)[1] for name in ("hear", "say") for one in DOCUMENT["operations"][name]["messages"]
    }
    assert said == set(messages), "a message that neither side sends, or one that is not described"
