"""The live channel as AsyncAPI 3, generated from the events and commands themselves."""

from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from api.live.alarm_schema import ALARM, DRILL
from reports.commands import ARGS
from reports.events import EVENTS, Event
from reports.lifecycle import OFFERED

_TYPES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}
CLOSE_CODES = {
    1003: "a binary frame was sent",
    1009: "a message was too big",
    1013: "the database does not answer at the moment; connect again in a moment",
    4400: "a message was not JSON with an id",
    4401: "no valid authentication came in time, or the credential has ended",
    4408: "the client took its messages too slowly; connect again with since",
    4429: "too many connections of this address or account",
}


@cache
def describe() -> dict[str, Any]:
    """The AsyncAPI document; the same for every request."""
    sent = {name: _event_message(event) for name, event in EVENTS.items()}
    heard = {f"command.{command.value}": _command_message(command.value) for command in OFFERED}
    messages = {**_fixed_messages(), **heard, **sent}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hiện Trường, live",
            "version": "1",
            "description": "One WebSocket. Every client message has an id that the answer repeats. Close codes: "
            + "; ".join(f"{code} {why}" for code, why in CLOSE_CODES.items())
            + ".",
        },
        "channels": {
            "live": {
                "address": "/api/v1/live",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "hear": {
                "action": "receive",
                "channel": {"$ref": "#/channels/live"},
                "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in (*_FROM_CLIENT, *heard)],
            },
            "say": {
                "action": "send",
                "channel": {"$ref": "#/channels/live"},
                "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in (*_FROM_SERVER, *sent)],
            },
        },
        "components": {"messages": messages},
    }


_ID = {"type": ["integer", "string"]}
_FROM_CLIENT = ("auth", "subscribe", "unsubscribe", "presence")
_FROM_SERVER = ("hello", "result", "error", "presence", "progress", "alarms", "wall", "crew", "crew_order", "hot_spots")


def _fixed_messages() -> dict[str, Any]:
    problem = {"type": "object", "description": "RFC 9457 problem details"}
    topic = {"type": "string", "description": "operations, agency or report:<code>"}
    return {
        "hello": _message({"type": {"const": "hello"}, "protocol": {"const": 1}}),
        "auth": _message({"id": _ID, "type": {"const": "auth"}, "token": {"type": "string"}}, ("id", "type")),
        "subscribe": _message(
            {"id": _ID, "type": {"const": "subscribe"}, "topic": topic, "since": {"type": "integer"}},
            ("id", "type", "topic"),
        ),
        "unsubscribe": _message({"id": _ID, "type": {"const": "unsubscribe"}, "topic": topic}),
        "presence": _message(
            {
                "type": {"const": "presence"},
                "id": _ID,
                "report": {"type": ["string", "null"]},
                "by": {"type": "object"},
            },
            ("type", "report"),
        ),
        "progress": _message(
            {
                "type": {"const": "progress"},
                "report": {"type": "string"},
                "media": {"type": "string"},
                "percent": {"type": "integer", "minimum": 0, "maximum": 100},
            }
        ),
        "alarms": {
            **_message({"type": {"const": "alarms"}, "alarms": {"type": "array", "items": ALARM}, "drill": DRILL}),
            "summary": "To subscribers of operations, after the subscription and after every change: all alarms that "
            "stand or ended in the last ten minutes, as far as the listener may see them, and the drill that runs.",
        },
        "wall": _message(
            {
                "type": {"const": "wall"},
                "scene": {"type": ["string", "null"], "description": "what all walls show; null: they rotate"},
                "by": {"type": "object"},
                "at": {"type": "string", "format": "date-time"},
            }
        ),
        "crew": {
            **_message(
                {
                    "type": {"const": "crew"},
                    "crew": {"type": "string", "format": "uuid"},
                    "agency": {"type": "string"},
                    "code": {"type": "string"},
                    "name": {"type": "string"},
                    "location": {"type": ["object", "null"], "description": "lon, lat, accuracy_m; null: duty is over"},
                    "at": {"type": ["string", "null"], "format": "date-time"},
                }
            ),
            "summary": "To subscribers of operations and of the crew's agency: where a crew on duty is now.",
        },
        "crew_order": {
            **_message(
                {
                    "type": {"const": "crew_order"},
                    "crew": {"type": "string", "format": "uuid"},
                    "agency": {"type": "string"},
                    "by": {"type": "string"},
                }
            ),
            "summary": "To subscribers of operations and of the crew's agency: its stops were put in another order.",
        },
        "hot_spots": {
            **_message({"type": {"const": "hot_spots"}}),
            "summary": "To subscribers of operations and of agency: hot spots have changed; ask GET /api/v1/hot-spots.",
        },
        "result": _message(
            {
                "id": _ID,
                "type": {"const": "result"},
                "seq": {"type": "integer"},
                "snapshot": {"type": "object"},
                "reset": {"const": True},
                "report": {"type": "object"},
                "account": {"type": "object", "description": "who has authenticated; in the answer to auth"},
                "now": {"type": "string", "format": "date-time", "description": "the server's clock, beside account"},
            },
            ("id", "type"),
        ),
        "error": _message({"id": _ID, "type": {"const": "error"}, "problem": problem}),
    }


def _command_message(command: str) -> dict[str, Any]:
    args = next(model for name, model in ARGS.items() if name.value == command)
    schema = args.model_json_schema()
    envelope = {
        "id": _ID,
        "type": {"const": "command"},
        "command": {"const": command},
        "report": {"type": "string"},
        "version": {"type": "integer"},
        "key": {"type": "string"},
    }
    required = ("id", "type", "command", "report", *schema.get("required", ()))
    return _message({**envelope, **schema.get("properties", {})}, required)


def _event_message(event: type[Event]) -> dict[str, Any]:
    properties = {
        "type": {"const": "event"},
        "seq": {"type": "integer"},
        "event": {"const": event.name},
        "report": {"type": "object"},
        "at": {"type": "string", "format": "date-time"},
        "by": {"type": "object"},
        "data": _facts(event),
    }
    return {**_message(properties), "summary": (event.__doc__ or "").strip(), "x-audience": event.audience}


def _facts(event: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(event)
    facts = fields(event)
    return {
        "type": "object",
        "properties": {fact.name: _schema(hints[fact.name]) for fact in facts},
        "required": [fact.name for fact in facts if fact.default is MISSING],
    }


def _schema(hint: Any) -> dict[str, Any]:
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": [_schema(part) for part in get_args(hint)]}
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if get_origin(hint) is dict:
        return {"type": "object"}
    return _TYPES[hint]


def _message(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    needed = list(required if required is not None else properties)
    return {"payload": {"type": "object", "properties": properties, "required": needed}}
