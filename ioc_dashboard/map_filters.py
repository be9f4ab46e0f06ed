"""What a desk's map is narrowed by, and what of it this reader may see."""

from dataclasses import dataclass
from datetime import datetime

from ioc_dashboard.board import Filters
from reports.callers import Caller
from reports.cell_tiles import Wanted
from reports.cells import APPROVING, DONE, HANDLING, OPEN_SCOPES, PUBLIC, WAITING
from reports.configuration import City
from reports.rows import visible_facts, visible_sql

_SCOPES_OF = {
    "received": (WAITING,),
    "verified": (WAITING,),
    "awaiting_resident": (WAITING, HANDLING),
    "dispatched": (HANDLING,),
    "in_progress": (HANDLING,),
    "resolved": (APPROVING,),
    "published": (PUBLIC, DONE),
    "closed": (PUBLIC, DONE),
}
GROUPS = {"waiting": (WAITING,), "handling": (HANDLING,), "approving": (APPROVING,), "done": (PUBLIC, DONE)}
"""Names of what the cells count apart; a map narrowed to these is read from the cells."""


@dataclass(frozen=True, slots=True)
class MapFilters:
    """Empty means: all that is open. `since`, `until` look at when a report was received."""

    groups: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    category: str | None = None
    agency: str | None = None
    area: str | None = None
    urgent: bool = False
    late: bool = False
    since: datetime | None = None
    until: datetime | None = None


def wanted_by(caller: Caller, city: City, filters: MapFilters) -> Wanted:
    """The question to the cells. An agency reads what it is involved in; the restricted lane is asked for with the
    reader's own condition, and only where it could be met.
    """
    facets = [f"c:{filters.category}"] if filters.category else []
    if filters.agency:
        facets.append(f"a:{filters.agency}")
    if caller.role == "agency":
        facets.append(f"i:{caller.agency}")
    return Wanted(
        scopes=scopes_of(filters),
        facets=tuple(facets) or ("",),
        restricted=visible_sql(caller) if _may_read_restricted(caller, city) else None,
        facts=visible_facts(caller, city) if _may_read_restricted(caller, city) else {},
        states=filters.states,
        urgent=filters.urgent,
        late=filters.late,
        since=filters.since,
        until=filters.until,
        area=filters.area,
    )


def _may_read_restricted(caller: Caller, city: City) -> bool:
    """Whether asking each report of the restricted lane could find any: most readers need not wait for that."""
    if caller.role == "agency":
        return True
    return bool(set(city.readers) - set(visible_facts(caller, city).get("restricted", ())))


def scopes_of(filters: MapFilters) -> tuple[int, ...]:
    """Where the cells count what these filters could leave, whoever asks."""
    named = [GROUPS[group] for group in filters.groups] + [_SCOPES_OF.get(state, ()) for state in filters.states]
    if not named:
        return OPEN_SCOPES
    return tuple(sorted({scope for scopes in named for scope in scopes}))


def same_of_the_list(filters: Filters) -> MapFilters:
    """The map's filters for those of the list."""
    return MapFilters(
        states=filters.states,
        category=filters.category,
        agency=filters.agency,
        area=filters.area,
        urgent=filters.urgency == "urgent",
        late=bool(filters.late),
    )
