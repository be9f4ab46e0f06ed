"""What those hear who follow somebody else's report, or an area: public facts, in words that give nobody away.

A follower of a report hears when its public status changes, each turn once. A follower of an area hears of published
results at most once a day: the notice opens the area's list, which has the others too. A digest would come when all is
old; one notice a result would be thirty a day in a busy ward, and then be switched off.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.background import Background
from notifications.rules import AREA_RESULT, FOLLOWED, Tell
from notifications.wording import Facts
from reports.follows import FOLLOWABLE
from reports.journal import Entry

_KINDS: Final = """CASE WHEN d.push_wanted THEN ARRAY(
  SELECT t.kind FROM push_target t WHERE t.device_id = d.id ORDER BY t.kind) ELSE '{}' END AS kinds"""

# Who follows a report that was merged hears of its lead, by the code they know. UNION: a circle would end too.
_OF_REPORTS = text(f"""
WITH RECURSIVE family(root, id) AS (
  SELECT r.id, r.id FROM report r WHERE r.id = ANY(:report_ids) AND {FOLLOWABLE}
  UNION SELECT f.root, r.id FROM family f JOIN report r ON r.merged_into = f.id
)
SELECT f.root, o.id AS follow_id, o.told, r.code, d.id AS device_id, d.locale, {_KINDS}
FROM family f JOIN report r ON r.id = f.id JOIN follow o ON o.report_id = f.id JOIN device d ON d.id = o.device_id
WHERE {FOLLOWABLE} ORDER BY f.root, o.id
""")
_OF_AREAS = text(f"""
SELECT o.id AS follow_id, o.area_code, o.told_at, d.id AS device_id, d.locale, {_KINDS}
FROM follow o JOIN device d ON d.id = o.device_id WHERE o.area_code = ANY(:areas) ORDER BY o.id
""")
_TOLD = text("UPDATE follow SET told = :told, told_at = :at WHERE id = :id")


@dataclass(frozen=True)
class Word:
    """One thing to tell one follower. `report_code` is the code they follow; None for an area."""

    device_id: UUID
    locale: str
    kinds: tuple[str, ...]
    rule: Tell
    facts: Facts
    url: str
    tag: str
    report_code: str | None = None


@dataclass
class Followers:
    """The followers of one batch of entries, and what they have heard by now."""

    of_report: Mapping[int, Sequence[Any]]
    of_area: Mapping[str, Sequence[Any]]
    #: By follow: the phrase or the city's day it was told last.
    heard: dict[int, str | date | None]
    changed: dict[int, tuple[str | None, datetime]]

    def words(self, entry: Entry, background: Background, skip: Collection[UUID]) -> list[Word]:
        """What this entry says to whom; `skip` are devices that hear of it as reporters."""
        if entry.report_id is None:
            return []
        heard_already = set(skip)
        rule = FOLLOWED.get(entry.event)
        found = self._about_report(entry, rule, background, heard_already) if rule is not None else []
        if entry.event == "report.published":
            found += self._about_area(entry, background, heard_already | {word.device_id for word in found})
        return found

    def _about_report(self, entry: Entry, rule: Tell, background: Background, skip: Collection[UUID]) -> list[Word]:
        found = []
        for one in self.of_report.get(entry.report_id or 0, ()):
            if one.device_id in skip or self.heard.get(one.follow_id) == rule.phrase:
                continue
            self.heard[one.follow_id] = rule.phrase
            self.changed[one.follow_id] = (rule.phrase, entry.at)
            facts = background.facts(entry.report_id or 0, one.code, entry.after)
            url = f"/reports/{entry.code}" if entry.event == "report.published" else f"/f/{one.code}"
            # Which agency has it is public with the result, not before.
            facts = facts if entry.event == "report.published" else replace(facts, agency=None)
            tag = f"{one.code}-{entry.seq}"
            found.append(Word(one.device_id, one.locale, tuple(one.kinds), rule, facts, url, tag, one.code))
        return found

    def _about_area(self, entry: Entry, background: Background, skip: Collection[UUID]) -> list[Word]:
        area = background.area(entry.report_id or 0)
        if area is None:
            return []
        day = entry.at.astimezone(background.zone).date()
        found = []
        for one in self.of_area.get(area[0], ()):
            last = self.heard.get(one.follow_id)
            if one.device_id in skip or (isinstance(last, date) and last >= day):
                continue
            self.heard[one.follow_id] = day
            self.changed[one.follow_id] = (None, entry.at)
            facts = replace(background.facts(entry.report_id or 0, "", entry.after), area=area[1], agency=None)
            url, tag = f"/?area={area[0]}", f"area-{area[0]}"
            found.append(Word(one.device_id, one.locale, tuple(one.kinds), AREA_RESULT, facts, url, tag))
        return found

    async def remember(self, conn: AsyncConnection) -> None:
        """Keep what was told, in the transaction that tells it."""
        if self.changed:
            facts = [{"id": follow, "told": told, "at": at} for follow, (told, at) in self.changed.items()]
            await conn.execute(_TOLD, facts)


async def followers_of(conn: AsyncConnection, entries: Sequence[Entry], background: Background) -> Followers:
    """The followers that these entries may concern: two statements at most, none for entries nobody follows."""
    reports = {entry.report_id for entry in entries if entry.event in FOLLOWED and entry.report_id is not None}
    published = [entry.report_id for entry in entries if entry.event == "report.published"]
    areas = {area[0] for one in published if one is not None and (area := background.area(one)) is not None}
    of_report: dict[int, list[Any]] = {}
    of_area: dict[str, list[Any]] = {}
    heard: dict[int, str | date | None] = {}
    if reports:
        for row in await conn.execute(_OF_REPORTS, {"report_ids": list(reports)}):
            of_report.setdefault(row.root, []).append(row)
            heard[row.follow_id] = row.told
    if areas:
        for row in await conn.execute(_OF_AREAS, {"areas": list(areas)}):
            of_area.setdefault(row.area_code, []).append(row)
            heard[row.follow_id] = row.told_at.astimezone(background.zone).date() if row.told_at else None
    return Followers(of_report, of_area, heard, {})
