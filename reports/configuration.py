"""The city's categories, agencies, rules and calendar as one frozen value, cached by version.

Any change of those tables makes the database count `configuration.version` up (a trigger), so a process that holds an
older version notices with the next request at the cost of one integer it reads anyway.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reports.calendars import Calendar
from reports.clocks import ServiceLevel
from reports.proving import Rules
from reports.routing import Ground, Rule
from reports.rule_index import RuleIndex
from reports.rule_reading import AreaSet, area_sets, ground_of, rule_of

URGENCIES = ("normal", "urgent")
RESTRICTED = "restricted"
LANES = ("standard", "instant", RESTRICTED)
# The city's own calendar; every agency without one of its own works by it.
DEFAULT = "default"
_AGENCY = ("code", "name", "name_en", "kind", "parent_code", "calendar", "area_code")
_REASON = ("code", "name", "name_en", "public_answer", "public_answer_en")
# Only whoever oversees can be named: an officer of an agency sees what the agency was given, and nothing else.
_NAMED = text("""
SELECT n.category, n.account_id FROM category_reader n JOIN account a ON a.id = n.account_id
WHERE a.active AND a.role <> 'agency'
""")


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """One category with the rules of its lane; `path` is the leaf and its ancestors."""

    code: str
    parent: str | None
    path: tuple[str, ...]
    leaf: bool
    name: str
    name_en: str
    icon: str
    questions: dict[str, Any] | None
    stopper: dict[str, Any] | None
    lane: str
    approvals: int
    public: bool
    location_private: bool
    anonymous_allowed: bool
    proof_required: bool
    dispute_days: int
    extensions_allowed: int
    extension_days: int
    levels: dict[str, ServiceLevel]
    # What one agency may take while it holds the case (none: no such promise), and the promise after a reopening.
    holder_levels: dict[str, ServiceLevel]
    second_chance: dict[str, ServiceLevel]
    # Of `questions`, made once: making it takes longer than validating with it.
    validator: Draft202012Validator | None
    voice_allowed: bool = True
    proof: Rules = field(default_factory=Rules)
    audit_share: float = 0.0

    @property
    def restricted(self) -> bool:
        """Named readers only, never public."""
        return self.lane == RESTRICTED

    def level(self, urgency: str) -> ServiceLevel:
        """The service level for this urgency; the normal one where the city set no urgent one."""
        return self.levels.get(urgency) or self.levels["normal"]

    def holder_level(self, urgency: str) -> ServiceLevel | None:
        """What one agency may take; None where the city promises nothing of the kind."""
        return self.holder_levels.get(urgency) or self.holder_levels.get("normal")

    def second_level(self, urgency: str) -> ServiceLevel:
        """The promise after a published result was disputed; the first one's where the city set none."""
        return self.second_chance.get(urgency) or self.second_chance.get("normal") or self.level(urgency)


@dataclass(frozen=True, slots=True)
class AgencyName:
    """What others may know of an agency."""

    code: str
    name: str
    name_en: str
    kind: str
    parent_code: str | None
    calendar: str | None = None
    area_code: str | None = None


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A coded reason and the public answer it suggests."""

    code: str
    name: str
    name_en: str
    public_answer: str | None
    public_answer_en: str | None


@dataclass(frozen=True, slots=True)
class City:
    """Everything the city has configured, as of `version`."""

    version: int
    default_desk: str | None
    categories: dict[str, CategoryRules]
    agencies: dict[str, AgencyName]
    rules: tuple[Rule, ...]
    reasons: dict[str, tuple[ReasonText, ...]]
    calendar: Calendar
    # By code, the city's own (`default`) among them.
    calendars: dict[str, Calendar]
    # Ids of the accounts named for each category of the restricted lane, retired ones too; empty: read by nobody.
    readers: dict[str, frozenset[str]]
    # Every other category, retired ones too.
    unrestricted: frozenset[str]
    # What is no longer offered, by code: reports of that kind, or at that agency, go their way to the end.
    former_categories: Mapping[str, CategoryRules] = field(default_factory=dict)
    former_agencies: Mapping[str, AgencyName] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    # Of the lots that return published cases to the center; "" for a city that is only tried out.
    lot_key: str = field(default="", repr=False)
    area_sets: Mapping[str, AreaSet] = field(default_factory=dict)
    # What rules point at: committees, the tree of agencies, calendars.
    ground: Ground = field(default_factory=Ground)
    index: RuleIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", RuleIndex.of(self.rules, self.ground, self.default_desk))

    def category(self, code: str) -> CategoryRules | None:
        """The category of a report that is there already: also one that takes no new reports any more."""
        return self.categories.get(code) or self.former_categories.get(code)

    def rules_of(self, code: str) -> CategoryRules:
        """The same for a report's own category, which is one of the two; KeyError otherwise."""
        return self.categories[code] if code in self.categories else self.former_categories[code]

    def agency_name(self, code: str | None) -> str | None:
        """The agency's name, or None for none."""
        agency = self.agencies.get(code or "") or self.former_agencies.get(code or "")
        return agency.name if agency else code

    def calendar_of(self, agency: str | None) -> Calendar:
        """The calendar this agency works by: its own, or the city's."""
        # One that is no more works off what it has by the calendar it had.
        known = self.agencies.get(agency or "") or self.former_agencies.get(agency or "")
        return self.calendars.get((known.calendar if known else None) or DEFAULT, self.calendar)

    def restricted(self, category: str) -> bool:
        """Whether only named readers may read reports of the category. One we do not know is: it may be."""
        return category not in self.unrestricted

    def readers_of(self, category: str) -> frozenset[str]:
        """Ids of the accounts that may read this category of the restricted lane."""
        return self.readers.get(category, frozenset())

    def hidden_from(self, account_id: str) -> list[str]:
        """The restricted categories this account is not named for."""
        return [code for code, readers in self.readers.items() if account_id not in readers]

    def subtree(self, category: str) -> tuple[str, ...]:
        """The category and all below it."""
        return tuple(code for code, rules in self.categories.items() if category in rules.path)


class NoConfiguration(RuntimeError):
    """The database holds no city configuration yet; run `hientruong demo` or load your city's."""


class Configurations:
    """Holds the newest `City` this process has read. Not a truth of its own: the version is asked each time."""

    def __init__(self) -> None:
        self._city: City | None = None

    @property
    def held(self) -> City | None:
        """The city as last read, for what may be a little old; None before the first reading."""
        return self._city

    async def at(self, conn: AsyncConnection, version: int) -> City:
        """The city as of `version` or newer; reads it (several statements) only when the held one is older."""
        if self._city is None or self._city.version != version:
            self._city = await load(conn)
        return self._city

    async def current(self, conn: AsyncConnection) -> City:
        """The city as of now; one small statement when nothing changed."""
        version = (await conn.execute(text("SELECT version FROM configuration"))).scalar_one_or_none()
        if version is None:
            raise NoConfiguration(NoConfiguration.__doc__)
        return await self.at(conn, version)


# Rows by the name of their table, as dictionaries of columns: of the database, or of a draft that is not published.
Tables = Mapping[str, Sequence[Mapping[str, Any]]]

TABLES = ("configuration", "category", "agency", "routing_rule", "reason", "calendar", "area_set")
"""What the city configured, table by table. `configuration` comes first: see `load`."""


async def load(conn: AsyncConnection) -> City:
    """Read everything; the version is read first, so that a change meanwhile is noticed next time."""
    return city_of(await read_tables(conn))


async def read_tables(conn: AsyncConnection) -> Tables:
    """All rows of `TABLES`, retired ones too, and as `category_reader` those named readers who may read today."""
    tables = {}
    for name in TABLES:
        rows = (await conn.execute(text(f"SELECT * FROM {name}"))).mappings()
        tables[name] = [dict(row) for row in rows]
    tables["category_reader"] = [dict(row) for row in (await conn.execute(_NAMED)).mappings()]
    return tables


def city_of(tables: Tables) -> City:
    """The city that these rows describe, in whatever order they come. Pure.

    Raises NoConfiguration when there is no `configuration` or no calendar `default`; ValueError, KeyError or TypeError
    when a document inside a row is none.
    """
    configuration = next(iter(tables["configuration"]), None)
    calendars = {row["code"]: Calendar.from_data(row["definition"]) for row in tables["calendar"]}
    if configuration is None or DEFAULT not in calendars:
        raise NoConfiguration(NoConfiguration.__doc__)
    categories = sorted(map(dict, tables["category"]), key=_by("position", "code"))
    agencies = sorted(tables["agency"], key=_by("position", "code"))
    tree = _tree(categories)
    sets = area_sets(tables.get("area_set", ()))
    named = [(row["category"], str(row["account_id"])) for row in tables["category_reader"]]
    return City(
        version=configuration["version"],
        default_desk=configuration["default_desk"],
        categories=_tree(_active(categories)),
        agencies=_names(_active(agencies)),
        rules=tuple(rule_of(row, sets) for row in sorted(_active(tables["routing_rule"]), key=_by("position", "id"))),
        reasons=_by_command(sorted(_active(tables["reason"]), key=_by("command", "position", "code"))),
        calendar=calendars[DEFAULT],
        calendars=calendars,
        readers=_readers(categories, named),
        unrestricted=frozenset(row["code"] for row in categories if row["lane"] != RESTRICTED),
        former_categories={row["code"]: tree[row["code"]] for row in _retired(categories)},
        former_agencies=_names(_retired(agencies)),
        settings=configuration["settings"],
        area_sets=sets,
        ground=ground_of(_active(agencies), calendars),
        lot_key=configuration.get("lot_key") or "",
    )


def _active(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows if row["active"]]


def _retired(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows if not row["active"]]


def _names(agencies: Iterable[Mapping[str, Any]]) -> dict[str, AgencyName]:
    named: Iterable[dict[str, Any]] = ({name: row.get(name) for name in _AGENCY} for row in agencies)
    return {row["code"]: AgencyName(**row) for row in named}


def _by(*names: str) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    return lambda row: tuple(row[name] for name in names)


def _readers(categories: list[dict[str, Any]], named: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Account ids by restricted category: whoever is named for one reads all below it."""
    parents = {row["code"]: row["parent_code"] for row in categories}
    return {
        row["code"]: frozenset(account for category, account in named if category in _path(row["code"], parents))
        for row in categories
        if row["lane"] == RESTRICTED
    }


def closed_to(tables: Tables, account_id: str) -> frozenset[str]:
    """The categories of the restricted lane, retired ones too, for which this account is no named reader."""
    named = [(row["category"], str(row["account_id"])) for row in tables["category_reader"]]
    readers = _readers(list(map(dict, tables["category"])), named)
    return frozenset(code for code, accounts in readers.items() if account_id not in accounts)


def _path(code: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    path, above = [code], parents.get(code)
    while above is not None and above not in path:
        path.append(above)
        above = parents.get(above)
    return tuple(path)


def _by_command(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[ReasonText, ...]]:
    grouped: dict[str, tuple[ReasonText, ...]] = {}
    for row in rows:
        reason = ReasonText(*(row[name] for name in _REASON))
        grouped[row["command"]] = (*grouped.get(row["command"], ()), reason)
    return grouped


def _tree(rows: list[dict[str, Any]]) -> dict[str, CategoryRules]:
    parents = {row["code"]: row["parent_code"] for row in rows}
    return {row["code"]: _category(row, parents) for row in rows}


def _category(row: dict[str, Any], parents: dict[str, str | None]) -> CategoryRules:
    same = ("code", "name", "name_en", "icon", "questions", "stopper", "lane", "approvals", "public")
    more = ("location_private", "anonymous_allowed", "proof_required", "dispute_days", "extensions_allowed")
    return CategoryRules(
        parent=row["parent_code"],
        path=_path(row["code"], parents),
        leaf=row["code"] not in parents.values(),
        extension_days=row["extension_days"],
        proof=Rules.of(row["proof_required"], row["proof"]),
        audit_share=row["audit_share"],
        validator=Draft202012Validator(row["questions"]) if row["questions"] is not None else None,
        levels=levels_in(row["service_levels"]),
        holder_levels=levels_in(row["holder_levels"]),
        second_chance=levels_in(row["second_chance"]),
        **{name: row[name] for name in (*same, *more, "voice_allowed")},
    )


def levels_in(data: Mapping[str, Any] | None) -> dict[str, ServiceLevel]:
    """Service levels by urgency from their JSON form; ValueError for one that is none."""
    return {urgency: ServiceLevel.from_data(level) for urgency, level in (data or {}).items()}
