"""`python -m docs.generate`: writes the pages that are the code in other words; `--check` only compares.

docs/lifecycle.md comes from reports/lifecycle.py, docs/events.md from reports/events.py and notifications/rules.py. A
test compares them on every run, so that a new arrow or event without its page does not get through.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from pathlib import Path

from notifications.rules import RULES, Tell
from reports.commands import ARGS
from reports.events import AUDIENCES, EVENTS, Event
from reports.lifecycle import EDGES, OPEN, REMEMBERED, SAME, UNVERSIONED, Command, Edge, State, public_status

FOLDER = Path(__file__).resolve().parent
PUBLIC_WORDS = {"waiting": "chờ xử lý", "in_progress": "đang xử lý", "done": "đã xử lý", "rejected": "từ chối"}
CLOCKS = {
    "": "",
    "start": "starts a level that begins here",
    "pause": "pauses",
    "resume": "resumes",
    "restart": "starts anew",
}
HEARD_BY = {
    "internal": "the operations center",
    "agency": "also the agencies of the case",
    "reporter": "also the resident who sent it",
    "public": "everybody who may see the report",
}
MADE = "<!-- Made by `python -m docs.generate` from {source}; do not edit. -->"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *[list(row) for row in rows]]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(words: Iterable[str]) -> str:
    """Words as code, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


# --- lifecycle ------------------------------------------------------------------------------------------------------


def targets(edge: Edge) -> list[str]:
    """The states an arrow may lead to: a remembered one is every state the case can have come from."""
    if edge.target == SAME:
        return []
    if edge.target != REMEMBERED:
        return [str(edge.target)]
    before = {other.source for other in EDGES if other.target == edge.source}
    return [state.value for state in State if state in before]


def condition(edges: Iterable[Edge]) -> str:
    """For which categories these arrows are there; empty for all."""
    lanes = dict.fromkeys(f"lane {edge.lane}" for edge in edges if edge.lane is not None)
    numbers = dict.fromkeys(str(edge.approvals) for edge in edges if edge.approvals is not None)
    asked = [f"categories with {' or '.join(numbers)} approvals"] if numbers else []
    again = ["an unhappy reporter, where the category has a second chance"] if any(e.again for e in edges) else []
    return ", ".join([*lanes, *asked, *again])


def arrows() -> list[str]:
    """The diagram's lines: one per pair of states, with all the commands that lead from the one to the other."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for edge in EDGES:
        for target in targets(edge):
            special = edge.lane or ("no approval" if edge.approvals == 0 else "")
            label = edge.command.value + (f" ({special})" if special else "")
            labels = pairs.setdefault((edge.source.value, target), [])
            if label not in labels:
                labels.append(label)
    return [f"    {source} --> {target}: {', '.join(labels)}" for (source, target), labels in pairs.items()]


def final_states() -> list[State]:
    """States that nothing leads out of."""
    return [state for state in State if not any(edge.source == state and targets(edge) for edge in EDGES)]


def diagram() -> str:
    """The states and every way between them, for Mermaid."""
    lines = ["stateDiagram-v2", "    [*] --> received: submit", *arrows()]
    lines += [f"    {state.value} --> [*]" for state in final_states()]
    return "\n".join(["```mermaid", *lines, "```"])


def state_rows() -> Iterable[list[str]]:
    """Each state with its public word and the commands that are possible in it."""
    for state in State:
        depends = state in (State.AWAITING_RESIDENT, State.MERGED)
        word = "as the state it came from" if state == State.AWAITING_RESIDENT else "as the report it was merged into"
        public = word if depends else PUBLIC_WORDS[public_status(state)]
        commands = dict.fromkeys(edge.command.value for edge in EDGES if edge.source == state)
        yield [f"`{state.value}`", public, "yes" if state in OPEN else "no", code(commands) or "none: it is the end"]


def edge_rows() -> Iterable[list[str]]:
    """Each arrow; those that differ in nothing but the state they start from, or the approvals, share a row."""
    groups: dict[Edge, list[Edge]] = {}
    for edge in sorted(EDGES, key=lambda edge: list(Command).index(edge.command)):
        same = next((known for known in groups if _like(known, edge)), edge)
        groups.setdefault(same, []).append(edge)
    for edge, like in groups.items():
        target = {SAME: "stays", REMEMBERED: "back where it was"}.get(str(edge.target), f"`{edge.target}`")
        yield [
            f"`{edge.command.value}`",
            code(dict.fromkeys(one.source.value for one in like)),
            target,
            ", ".join(sorted(edge.who)),
            code(edge.needs),
            condition(like),
            CLOCKS[edge.clock],
            "yes" if edge.ends_claim else "",
            f"`{edge.event}`" if edge.event else "",
        ]


def _like(one: Edge, other: Edge) -> bool:
    facts = ("command", "target", "who", "event", "needs", "clock", "ends_claim", "lane")
    return all(getattr(one, fact) == getattr(other, fact) for fact in facts)


def argument_rows() -> Iterable[list[str]]:
    """What each command may bring along, from the classes that validate it."""
    for command, args in ARGS.items():
        needed = [name for name, field in args.model_fields.items() if field.is_required()]
        more = [name for name in args.model_fields if name not in needed]
        yield [f"`{command.value}`", code(needed), code(more), "no" if command in UNVERSIONED else "yes"]


def lifecycle_page() -> str:
    """docs/lifecycle.md."""
    heads = ["command", "in", "leads to", "who", "must bring", "only for", "clock", "ends the claim", "records"]
    return f"""{MADE.format(source="reports/lifecycle.py and reports/commands.py")}
# The life of a report

Everything below is data in `reports/lifecycle.py`: the tests of allowed and forbidden commands, the access decisions,
the buttons of the screens and `GET /api/v1/lifecycle` read the same table. How the steps are told:
[architecture.md](architecture.md).

{diagram()}

Commands that leave the state as it is (claims, `extend`, `rate`) are in the table only.

## States

Residents know four words. `open` means that the due time counts.

{table(["state", "public word", "open", "commands"], state_rows())}

## Arrows

`lead` is an officer of the leading agency, `reporter` the device that sent the report, `system` the worker when time
has passed. A first of two approvals is recorded as `report.approved` and leaves the state as it is.

{table(heads, edge_rows())}

## What a command brings along

Unknown arguments are refused. Commands that make a new version may carry `version`, the one the asker saw.

{table(["command", "needed", "possible", "new version"], argument_rows())}
"""


# --- events ---------------------------------------------------------------------------------------------------------


def facts_of(event: type[Event]) -> str:
    """The fields of an event; those that may be absent with a question mark."""
    return code(fact.name + ("" if fact.default is MISSING else "?") for fact in fields(event))


def recorded_by(event: str) -> str:
    """The commands that make an event true."""
    return code(dict.fromkeys(edge.command.value for edge in EDGES if edge.event == event))


def told(event: str) -> str:
    """What residents are told, or why they are not."""
    rule = RULES[event]
    if not isinstance(rule, Tell):
        return f"no: {rule.because}"
    where = "push and inbox" if rule.push else "inbox"
    return where + (", all who reported it" if rule.hears == "everyone" else "")


def event_rows() -> Iterable[list[str]]:
    """Each event."""
    for name, event in EVENTS.items():
        meaning = " ".join((event.__doc__ or "").split())
        yield [f"`{name}`", event.audience, meaning, facts_of(event), recorded_by(name), told(name)]


def events_page() -> str:
    """docs/events.md."""
    heads = ["event", "audience", "meaning", "`data`", "by command", "is the resident told?"]
    circles = [[audience, HEARD_BY[audience]] for audience in AUDIENCES]
    return f"""{MADE.format(source="reports/events.py and notifications/rules.py")}
# Events

Every fact that can happen, one frozen class each in `reports/events.py`. An event is written to the journal in the
transaction of its change and reaches the live channel, the timeline and the notices from there. Field by field, for
programs: `/asyncapi.json`.

    {{"type": "event", "seq": 1051, "event": "report.dispatched", "report": {{...}}, "at": "...", "by": {{...}},
     "data": {{...}}}}

`seq` strictly increases and has gaps: what you may not hear. `report` is the report as that transaction left it, as far
as the listener may see it. Events carry ids and facts, never anything about who reported.

## Audiences

Each circle holds the one before it.

{table(["audience", "who hears it"], circles)}

## All events

A question mark behind a field: it may be absent. Events without a command are made by the submit, by the worker, or
along with another event.

{table(heads, event_rows())}
"""


PAGES: dict[str, Callable[[], str]] = {"lifecycle.md": lifecycle_page, "events.md": events_page}


def main() -> int:
    """Write the pages, or compare them; the exit status tells whether they were right already."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when a page is old")
    check = parser.parse_args().check
    old = [name for name, page in PAGES.items() if not _same(FOLDER / name, page())]
    for name in old:
        if not check:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"docs/{name} {'is old: run python -m docs.generate' if check else 'was written'}", file=sys.stderr)
    return 1 if check and old else 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
