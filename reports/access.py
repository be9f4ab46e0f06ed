"""Who may see and do what: one function that answers yes or a reason, and the same as conditions for lists.

Pure: decides on values. `reports.rows` holds the SQL form of `may_see` for list queries; a test compares the two.
"""

from dataclasses import dataclass
from typing import Literal

from reports.callers import Caller
from reports.lifecycle import Command, Edge, Relation, State, relations_for

Answer = Literal[True] | str


@dataclass(frozen=True, slots=True)
class Standing:
    """What an access decision needs to know about a report.

    `involved`: agencies that lead or support it, from dispatch on; empty before. `checking`: agencies whose check at
    the scene is open. `mine`: the caller sent it. `readers`: ids of the accounts named for its category, where only
    named readers may read it.
    """

    state: State
    restricted: bool = False
    lead: str | None = None
    involved: tuple[str, ...] = ()
    mine: bool = False
    public: bool = False
    readers: frozenset[str] = frozenset()
    checking: tuple[str, ...] = ()


def may_see(caller: Caller, report: Standing) -> Answer:
    """True, or why `caller` may not see the report at all (answered as 404: its existence is not told)."""
    if caller.kind == "system":
        return True
    if caller.kind == "device" and report.mine:
        return True
    if report.public and not report.restricted:
        return True
    if caller.kind != "account":
        return "this report is not published"
    if caller.role == "agency":
        has = caller.agency in report.involved or caller.agency in report.checking
        return True if has else "your agency neither leads, supports nor checks this report"
    if report.restricted and caller.id not in report.readers:
        return "the restricted lane has named readers only"
    return True if caller.oversight else "your role reads no reports"


def relation(caller: Caller, report: Standing) -> Relation | None:
    """What `caller` is to this report; None for those who may only look."""
    if caller.kind == "system":
        return "system"
    if caller.kind == "device":
        return "reporter" if report.mine else None
    if caller.role == "operator":
        return "operator"
    if caller.role == "supervisor":
        return "supervisor"
    if caller.agency is not None and caller.agency == report.lead and caller.agency in report.involved:
        return "lead"
    return None


def relations(caller: Caller, report: Standing) -> frozenset[Relation]:
    """Everything `caller` is to this report: whoever leads a case may have been sent to look at it before."""
    first = relation(caller, report)
    checks = caller.kind == "account" and caller.role == "agency" and caller.agency in report.checking
    also: frozenset[Relation] = frozenset({"checker"}) if checks else frozenset()
    return also | ({first} if first is not None else frozenset())


def may_ever(caller: Caller, command: Command, report: Standing) -> Answer:
    """True, or why `caller` may not give `command` on this report whatever its state (answered as 403)."""
    seen = may_see(caller, report)
    if seen is not True:
        return seen
    who = relations(caller, report)
    if not who:
        return "you may look at this report but not act on it"
    if not who & relations_for(command):
        return f"{command.value} is not for a {' or '.join(sorted(who))}"
    return True


def may(caller: Caller, edge: Edge, report: Standing) -> Answer:
    """True, or why `caller` may not take this very arrow of the table (answered as 403)."""
    allowed = may_ever(caller, edge.command, report)
    if allowed is not True:
        return allowed
    if relations(caller, report) & edge.who:
        return True
    needed = " or ".join(sorted(edge.who))
    return f"{edge.command.value} in state {edge.source.value} needs a {needed}"
