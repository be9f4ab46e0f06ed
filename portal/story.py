"""The life of a report in the plain words of its sender. Pure: values in, values out."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.moments import Clock
from portal.wording import Translate
from reports.clocks import ServiceLevel
from reports.lifecycle import Command, State, edges

STEPS = ("received", "dispatched", "working", "done")

# How far along the four steps a state is; states that lead nowhere have no steps to show.
_REACHED = {
    State.RECEIVED: 0,
    State.VERIFIED: 0,
    State.DISPATCHED: 1,
    State.IN_PROGRESS: 2,
    State.RESOLVED: 2,
    State.PUBLISHED: 3,
    State.CLOSED: 3,
}

# What was said in an event, by the name of its field.
_SAID = {
    "report.rejected": "public_answer",
    "report.question_asked": "question",
    "report.question_answered": "text",
    "report.resolved": "summary",
    "report.reopened": "reason",
    "report.extended": "reason",
}

# What came to an end takes no more pictures (`reports.arrivals` refuses them).
_ENDED = (State.REJECTED, State.WITHDRAWN, State.MERGED, State.CLOSED)


def _where(report: Mapping[str, Any]) -> State:
    """The state the case is in: a merged report is where its lead is."""
    leading = report.get("leading")
    return State(leading["state"] if leading else report["state"])


def steps(report: Mapping[str, Any]) -> list[dict[str, str]]:
    """The four steps as {name, state past|now|next}; empty for rejected and withdrawn reports."""
    state = _where(report)
    if state is State.AWAITING_RESIDENT:
        reached: int | None = 0 if report["public_status"] == "waiting" else 2
    else:
        reached = _REACHED.get(state)
    if reached is None:
        return []
    words = ["past"] * reached + ["now"] + ["next"] * (len(STEPS) - reached - 1)
    return [{"name": name, "state": word} for name, word in zip(STEPS, words, strict=True)]


def choices(report: Mapping[str, Any]) -> dict[str, bool]:
    """Which commands the sender has now, read from the transition table: rate, reopen, withdraw, answer; and `add`,
    sending more pictures.
    """
    state = State(report["state"])
    commands = {
        command.value: any("reporter" in edge.who for edge in edges(state, command))
        for command in (Command.RATE, Command.REOPEN, Command.WITHDRAW, Command.ANSWER)
    }
    if state is State.MERGED:
        commands["rate"] = _where(report) is State.PUBLISHED
    return {**commands, "add": state not in _ENDED}


def promise(level: ServiceLevel, t: Translate) -> str:
    """What the city promises, in words: "3 ngày làm việc kể từ khi chuyển đơn vị"."""
    unit = t(f"unit.{level.unit}.one" if level.amount == 1 else f"unit.{level.unit}", n=level.amount)
    return t(f"promise.{level.starts}", span=unit)


def extensions(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each time the due time was moved, oldest first: {was_due, until, reason}. Told apart from the due time itself."""
    moved = [entry["data"] for entry in entries if entry["event"] == "report.extended" and entry.get("data")]
    return [{name: data.get(name) for name in ("was_due", "until", "reason")} for data in moved]


def story(
    entries: Iterable[Mapping[str, Any]],
    agencies: Mapping[str, str],
    clock: Clock,
    t: Translate,
    known: Iterable[str],
) -> list[dict[str, Any]]:
    """The timeline as {words, said, at}, oldest first.

    `entries` are those of GET .../timeline; `agencies` gives names by code; `known` are the keys of the
    words: an event without words (a claim, a heartbeat) is not part of the story.
    """
    keys = set(known)
    told = []
    for entry in entries:
        data = entry.get("data") or {}
        # What happened to the report that leads a merged one is told in the same words.
        fact = data.get("event") if entry["event"] == "report.lead_moved" else entry["event"]
        key = f"event.{fact}"
        if key not in keys:
            continue
        code = data.get("lead") or data.get("agency") or ""
        words = t(key, agency=agencies.get(code, code or t("story.agency")), until=clock.exact(data.get("until")))
        told.append({"words": words, "said": data.get(_SAID.get(fact or "", "")), "at": entry["at"]})
    return told
