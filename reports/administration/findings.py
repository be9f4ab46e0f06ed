"""What is wrong with a configuration before it is published, and what somebody should know. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from geo.problems import BadShape
from geo.shapes import from_geojson
from reports import external_systems
from reports.administration import ladders, questions
from reports.administration.documents import Document, filled, tables_of
from reports.administration.faults import faults_of
from reports.administration.finding import OF_RULES, Finding
from reports.administration.fixed_days import running_out
from reports.administration.forms import SETTINGS
from reports.administration.schemas import validator
from reports.administration.sections import SECTIONS
from reports.administration.words import SECTION_WORDS
from reports.calendars import FIRST_YEAR, LAST_YEAR, Calendar
from reports.clocks import ServiceLevel
from reports.configuration import RESTRICTED, City, Tables, city_of
from reports.problems import BadInput, Sentence
from reports.rule_problems import AreaName, RuleProblem
from reports.rule_problems import problems as problems_of_rules

DEFAULT = "default"
MOST_FAULTS = 100
"""So many of one item are told."""
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document is judged against. `areas`: names by code, those valid from some later day included; `communes`:
    of these, the ones reports are filed by.

    `members`: active officers by agency. `people`: usernames of the center's active accounts. `layers`: imported ones.
    `open_by_...`: open reports by category and by leading agency. `present`: the tables as they are. `closed`: the
    restricted categories that whoever wants to publish is no named reader of.
    """

    present: Tables
    areas: Mapping[str, str] = field(default_factory=dict)
    communes: Sequence[AreaName] = ()
    members: Mapping[str, int] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    open_by_category: Mapping[str, int] = field(default_factory=dict)
    open_by_agency: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    # Where the city's calendars have to reach from; None: nobody asks.
    today: date | None = None


def problems(document: Mapping[str, Any], around: Surroundings) -> list[Finding]:
    """Everything that can be said about the document, errors first; empty when all is well."""
    formal = list(_form(document))
    if formal:
        # What has not even the right form cannot be looked at any closer without guessing.
        return formal
    whole = filled(document)
    found = [
        *_settings(whole),
        *_categories(whole, around),
        *_agencies(whole, around),
        *_rules(whole),
        *_area_sets(whole),
        *_calendars(whole),
        *(running_out(whole, around.today) if around.today is not None else ()),
        *_words(whole),
        *_goers(whole, around),
    ]
    if not any(finding.grave for finding in found):
        found += _as_a_city(whole, around)
    return sorted(found, key=lambda finding: not finding.grave)


def readable(document: Mapping[str, Any], present: Tables) -> City:
    """The same of a draft that may have errors; BadInput names what keeps it from being read at all."""
    formal = [(_place(finding), str(finding.facts.get("why", finding.kind))) for finding in _form(document)]
    if formal:
        raise BadInput(*formal)
    try:
        return city_for(document, present)
    except UNREADABLE as error:
        raise BadInput(("", f"the draft cannot be read: {error}")) from None


def _place(finding: Finding) -> str:
    return f"/{finding.section}/{finding.code}{finding.pointer}"


def city_for(document: Mapping[str, Any], present: Tables) -> City:
    """The city as it would be with this document published."""
    return city_of(tables_of(filled(document), present))


def _form(document: Mapping[str, Any]) -> Iterator[Finding]:
    for pointer, why in form_troubles("settings", document.get("settings") or {}):
        yield _formal("settings", pointer.split("/")[1] if pointer else None, pointer, why)
    for name, section in SECTIONS.items():
        seen: set[str] = set()
        for item in document.get(name, ()):
            if not isinstance(item, dict):
                yield _formal(name, None, "", Sentence("must be an object", "phải là một nhóm giá trị"))
                continue
            code = section.key(item)
            for pointer, why in form_troubles(name, item):
                yield _formal(name, code, pointer, why)
            if code in seen:
                yield Finding(name, code, "twice")
            seen.add(code)


def _formal(section: str, code: str | None, pointer: str, why: Sentence) -> Finding:
    return Finding(section, code, "form", pointer, {"why": str(why), "why_vi": why.vi})


def form_troubles(section: str, item: Mapping[str, Any]) -> list[tuple[str, Sentence]]:
    """Pairs of pointer and sentence where the item has not the form of its section."""
    found = islice(validator(section).iter_errors(item), MOST_FAULTS)
    errors = sorted(found, key=lambda error: list(map(str, error.absolute_path)))
    troubles = [fault for error in errors for fault in faults_of(error)]
    for name, schema in validator(section).schema["properties"].items():
        value = item.get(name)
        if schema.get("format") == "date-time" and isinstance(value, str) and not _is_instant(value):
            troubles.append((f"/{name}", NO_INSTANT))
    return troubles


NO_INSTANT = Sentence(
    "must be a time with its offset, such as 2026-12-01T00:00:00+07:00",
    "phải là thời điểm có múi giờ, ví dụ 2026-12-01T00:00:00+07:00",
)


def _is_instant(value: str) -> bool:
    try:
        at = datetime.fromisoformat(value)
        # Beyond these years the database would keep what nobody could read from it again.
        return at.tzinfo is not None and FIRST_YEAR <= at.astimezone(UTC).year <= LAST_YEAR
    except (ValueError, OverflowError):
        return False


def _codes(document: Document, section: str) -> set[str]:
    return {SECTIONS[section].key(item) for item in document.get(section, ())}


def _unknown(section: str, code: str | None, pointer: str, value: object, of: str) -> Finding:
    words = SECTION_WORDS[of]
    facts = {"value": value, "of": of, "of_vi": words[0].lower(), "of_en": words[1].lower()}
    return Finding(section, code, "unknown", pointer, facts)


def _settings(document: Document) -> Iterator[Finding]:
    for name in sorted(set(document["settings"]) - set(SETTINGS["properties"])):
        yield Finding("settings", name, "unknown-setting")
    desk = document["default_desk"]
    if desk is None:
        yield Finding("settings", "default_desk", "no-desk")
    elif desk not in _codes(document, "agencies"):
        yield _unknown("settings", "default_desk", "", desk, "agencies")
    yield from ladders.problems(document["settings"])


def _tree(document: Document, section: str) -> Iterator[Finding]:
    parents = {item["code"]: item["parent_code"] for item in document[section]}
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            yield _unknown(section, code, "/parent_code", parent, section)
        path, above = {code}, parent
        while above is not None and above not in path:
            path.add(above)
            above = parents.get(above)
        if above == code:
            yield Finding(section, code, "circle", "/parent_code")
        elif section == "categories" and len(path) > 2:
            yield Finding(section, code, "too-deep", "/parent_code")


def _categories(document: Document, around: Surroundings) -> Iterator[Finding]:
    yield from _tree(document, "categories")
    parents = {item["parent_code"] for item in document["categories"]}
    # A category with children takes no new reports, and may have some of before that it had none.
    promising = {row["code"] for row in around.present["category"] if "normal" in (row["service_levels"] or {})}
    if not document["categories"]:
        yield Finding("categories", None, "no-categories")
    for item in document["categories"]:
        leaf = item["code"] not in parents
        promised = "normal" in (item["service_levels"] or {})
        if not promised and (leaf or item["code"] in promising):
            yield Finding("categories", item["code"], "no-service-level", "/service_levels")
        if item["lane"] == RESTRICTED and item["public"]:
            yield Finding("categories", item["code"], "restricted-public", "/public")
        if item["lane"] != RESTRICTED and item["code"] in around.closed:
            yield Finding("categories", item["code"], "lane-opened", "/lane")
        yield from _levels("categories", item)
        for pointer, why in questions.troubles(item["questions"]):
            yield Finding("categories", item["code"], "questions", f"/questions{pointer}", {"why": why})


def _levels(section: str, item: Mapping[str, Any]) -> Iterator[Finding]:
    for name in ("service_levels", "holder_levels", "second_chance"):
        for urgency, level in (item.get(name) or {}).items():
            try:
                ServiceLevel.from_data(level)
            except ValueError as error:
                yield Finding(section, item["code"], "service-level", f"/{name}/{urgency}", {"why": str(error)})


def _agencies(document: Document, around: Surroundings) -> Iterator[Finding]:
    yield from _tree(document, "agencies")
    calendars = _codes(document, "calendars")
    for item in document["agencies"]:
        if item.get("calendar") is not None and item["calendar"] not in calendars:
            yield _unknown("agencies", item["code"], "/calendar", item["calendar"], "calendars")
        if item.get("area_code") is not None and item["area_code"] not in around.areas:
            yield Finding("agencies", item["code"], "unknown-area", "/area_code", {"value": item["area_code"]})
        for kind, member, why in external_systems.troubles(item["external"]) if item.get("external") else ():
            facts = {"why": str(why), "why_vi": why.vi} if why is not None else {}
            yield Finding("agencies", item["code"], kind, f"/external/{member}", facts)


def _rules(document: Document) -> Iterator[Finding]:
    if not document["rules"]:
        yield Finding("rules", None, "no-rules")
    named = {of: _codes(document, of) for of in SECTIONS}
    for rule in document["rules"]:
        yield from _references("rules", rule, named)
        yield from _one_rule(rule)
        yield from _levels("rules", rule)


def _area_sets(document: Document) -> Iterator[Finding]:
    for item in document["area_sets"]:
        if item["shape"] is None:
            continue
        try:
            drawn = from_geojson(item["shape"])
        except BadShape as error:
            yield Finding("area_sets", item["code"], "shape", "/shape", {"why": error.detail})
            continue
        if drawn.notes:
            # Whether a place lies inside is asked of the rings as they are: what is covered twice counts as outside.
            yield Finding("area_sets", item["code"], "shape-crossed", "/shape", {"why": "; ".join(drawn.notes)})


def _references(section: str, item: Mapping[str, Any], named: Mapping[str, set[str]]) -> Iterator[Finding]:
    for name, schema in validator(section).schema["properties"].items():
        known, value = named.get(schema.get("x-of", "")), item.get(name)
        if known is None or value is None:
            continue
        for place, one in enumerate(value if isinstance(value, list) else [value]):
            if one not in known and not one.startswith("@"):
                pointer = f"/{name}/{place}" if isinstance(value, list) else f"/{name}"
                yield _unknown(section, item["code"], pointer, one, schema["x-of"])


def _one_rule(rule: Mapping[str, Any]) -> Iterator[Finding]:
    code, relative = rule["code"], rule.get("relative")
    if rule["lead"] is None and relative is None:
        yield Finding("rules", code, "no-target", "/lead")
    if rule["lead"] is not None and relative is not None:
        yield Finding("rules", code, "two-targets", "/relative")
    if rule["lead"] in rule["supporting"]:
        yield Finding("rules", code, "lead-supports", "/supporting")
    begins, ends = rule.get("valid_from"), rule.get("valid_to")
    if begins and ends and datetime.fromisoformat(ends) <= datetime.fromisoformat(begins):
        yield Finding("rules", code, "ends-before", "/valid_to")


def _calendars(document: Document) -> Iterator[Finding]:
    if DEFAULT not in _codes(document, "calendars"):
        yield Finding("calendars", None, "no-default-calendar")
    # Due times are counted by these; a calendar that only rules ask may well be closed for ever.
    counted = {DEFAULT, *(agency["calendar"] for agency in document["agencies"])}
    for item in document["calendars"]:
        try:
            calendar = Calendar.from_data(item["definition"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield Finding("calendars", item["code"], "calendar", "/definition", {"why": str(error)})
            continue
        if item["code"] in counted and not calendar.endless:
            yield Finding("calendars", item["code"], "no-working-time", "/definition")


def _words(document: Document) -> Iterator[Finding]:
    reasons = _codes(document, "reasons")
    for item in document["templates"]:
        reason = item["reason"]
        if reason is not None and f"{item['command']}.{reason}" not in reasons:
            yield _unknown("templates", item["code"], "/reason", reason, "reasons")


def _goers(document: Document, around: Surroundings) -> Iterator[Finding]:
    """What is in force today and would not be any more, while somebody depends on it."""
    for section, kind, counts in (
        ("categories", "gone-with-reports", around.open_by_category),
        ("agencies", "gone-with-reports", around.open_by_agency),
        ("agencies", "gone-with-accounts", around.members),
    ):
        table = around.present.get(SECTIONS[section].table.name, ())
        going = {row["code"] for row in table if row["active"]} - _codes(document, section)
        for code in sorted(going & counts.keys()):
            yield Finding(section, code, kind, facts={"count": counts[code]})


def _as_a_city(document: Document, around: Surroundings) -> Iterator[Finding]:
    """What only the whole shows: that it can be read at all, and what nobody may read."""
    try:
        city = city_for(document, around.present)
    except UNREADABLE as error:
        yield Finding("settings", None, "unreadable", facts={"why": str(error)})
        return
    for code, rules in city.categories.items():
        if rules.leaf and rules.restricted and not city.readers_of(code):
            yield Finding("categories", code, "unread", "/lane")
    found = problems_of_rules(city, around.communes, around.members, layers=around.layers, people=around.people)
    yield from (_of_rules(problem) for problem in found if problem.kind != "no-desk")


def _of_rules(problem: RuleProblem) -> Finding:
    words = OF_RULES.get(problem.kind)
    return Finding(
        problem.section,
        problem.code or None,
        problem.kind,
        problem.pointer,
        problem.facts,
        severity=problem.severity,
        detail=problem.detail,
        detail_vi=words.format_map({"count": "", "why": "", **problem.facts}) if words else problem.detail,
    )
