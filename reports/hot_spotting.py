"""Hot spots in the database: looked for by whichever worker comes round, owned and planned by people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text

from reports import events, hot_spot_rows, journal, rows
from reports.codes import new_code
from reports.hot_spots import Found, Group, Known, reconcile, rule_of, shape_of
from reports.problems import BadInput, NotFound, Stale
from reports.step import Scene, note

LOCK = 0x48_4F_54  # "HOT"
CHANNEL = "hot_spots"
"""NOTIFY here wakes whoever shows the hot spots: what they are now is read from the table."""

_WAKE = text(f"SELECT pg_notify('{CHANNEL}', '')")
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_WAIT_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_ACCOUNT = text("SELECT EXISTS (SELECT FROM account WHERE username = :username AND active AND role = ANY(:roles))")
OWNERS = ("supervisor", "leader")


async def sweep(scene: Scene) -> bool:
    """Look at the done cases and carry out what follows; False when another worker is at it.

    Nothing is kept but what the cases say and what people decided, so a look that is repeated, or comes a week late,
    ends the same.
    """
    conn, now = scene.conn, scene.now
    if not (await conn.execute(_TRY_LOCK, {"lock": LOCK})).scalar_one():
        return False
    rule = rule_of(scene.city.settings)
    outcome = reconcile(await hot_spot_rows.groups(conn, rule, now), await hot_spot_rows.known(conn), rule.metres)
    members: list[tuple[int, str]] = []
    changed = False
    for found in outcome.found:
        code, other = await _settle(scene, found)
        changed |= other
        members += [(case.id, code) for case in found.group.cases]
    for one in outcome.without:
        # A plan does not end by waiting: whoever owns it says when it is done.
        if one.state != "planned":
            await _turn(scene, one, "gone")
            changed = True
    changed |= await hot_spot_rows.count(conn, members)
    changed |= await _mark(scene, rule.metres)
    if changed:
        await conn.execute(_WAKE)
    return True


async def _settle(scene: Scene, found: Found) -> tuple[str, bool]:
    """The code of the hot spot, and whether anything of it has changed."""
    shape = _shape(found.group)
    if found.known is None:
        code = f"DN{new_code()[:6]}"
        await hot_spot_rows.insert(scene.conn, code, found.group.category, shape, scene.now)
        fact = events.HotSpotFound(hot_spot=code, category=found.group.category, cases=shape["cases"])
        await journal.record(scene.conn, [fact], by=scene.by, at=scene.now)
        return code, True
    code = found.known.code
    grown = await hot_spot_rows.grow(scene.conn, code, shape)
    turned = found.state != found.known.state or found.back
    if turned:
        await _turn(scene, found.known, found.state, back=found.back)
    for other in found.merged:
        await _turn(scene, other, "merged", merged_into=code)
    return code, grown or turned or bool(found.merged)


def _shape(group: Group) -> dict[str, Any]:
    shape = shape_of(group)
    code, name = shape.area or (None, None)
    columns = ("lon", "lat", "radius_m", "first_at", "last_at")
    return {
        **{column: getattr(shape, column) for column in columns},
        "area_code": code,
        "area_name": name,
        "cases": len(group.cases),
    }


async def _turn(scene: Scene, one: Known, state: str, *, back: bool = False, merged_into: str | None = None) -> None:
    await hot_spot_rows.turn(scene.conn, one.code, state, scene.now, back=back, merged_into=merged_into)
    fact = events.HotSpotChanged(hot_spot=one.code, state=state, was=one.state, merged_into=merged_into)
    await journal.record(scene.conn, [fact], by=scene.by, at=scene.now)


async def _mark(scene: Scene, metres: float) -> bool:
    """Open reports that lie in a hot spot say so; one that does not any more loses the mark in silence.

    Whether any mark has changed.
    """
    lie, marked = await hot_spot_rows.inside(scene.conn, metres), await hot_spot_rows.marked(scene.conn)
    wanted: dict[int, str | None] = {report: lie[report][0] if report in lie else None for report in {*lie, *marked}}
    wanted = {report: spot for report, spot in wanted.items() if marked.get(report) != spot}
    changed = await hot_spot_rows.mark(scene.conn, wanted)
    told = [report for report in sorted(changed) if report in lie]
    found = await rows.by_ids(scene.conn, told)
    for report in told:
        spot, cases = lie[report]
        fact = events.ReportInHotSpot(hot_spot=spot, cases=cases)
        await note(scene, before=found[report], row=found[report], events=[fact])
    return bool(changed)


class StaleSpot(Stale):
    """The hot spot has changed since you last saw it."""


async def decide(scene: Scene, code: str, version: int, wanted: Mapping[str, Any]) -> None:
    """Set owner and plan: `owner_agency`, `owner_account`, `plan`, `target_on`, `done`. The state follows from them.

    NotFound for none, or one that was merged into another; StaleSpot for another version; BadInput names what is wrong.
    """
    conn = scene.conn
    # After a sweep that is under way: it locks all hot spots, we lock one.
    await conn.execute(_WAIT_LOCK, {"lock": LOCK})
    row = await hot_spot_rows.lock(conn, code)
    if row is None or row["state"] == "merged":
        raise NotFound
    if row["version"] != version:
        raise StaleSpot(f"You saw version {version}; it is at version {row['version']} now.", version=row["version"])
    await _check(scene, wanted)
    state = _state(row, wanted)
    done_at = (row["done_at"] or scene.now) if state == "done" and row["state"] == "done" else None
    fields = {name: wanted[name] for name in ("owner_agency", "owner_account", "plan", "target_on")}
    fields |= {"state": state, "done_at": done_at or (scene.now if state == "done" else None)}
    await hot_spot_rows.plan(conn, code, fields, scene.by.username, scene.now)
    target: date | None = wanted["target_on"]
    fact = events.HotSpotChanged(
        hot_spot=code,
        state=state,
        was=row["state"],
        owner_agency=wanted["owner_agency"],
        owner_account=wanted["owner_account"],
        target_on=target.isoformat() if target else None,
    )
    await journal.record(conn, [fact], by=scene.by, at=scene.now)
    await conn.execute(_WAKE)


async def _check(scene: Scene, wanted: Mapping[str, Any]) -> None:
    agency, account = wanted["owner_agency"], wanted["owner_account"]
    if agency is not None and account is not None:
        raise BadInput(("/owner_account", "an agency or a person, not both"))
    if agency is not None and agency not in scene.city.agencies:
        raise BadInput(("/owner_agency", "is not one of the city's agencies"))
    if account is not None:
        facts = {"username": account, "roles": [*OWNERS, "operator"]}
        if not (await scene.conn.execute(_ACCOUNT, facts)).scalar_one():
            raise BadInput(("/owner_account", "is no active account of the center"))
    if wanted["done"] and agency is None and account is None:
        raise BadInput(("/done", "needs an owner who says so"))


def _state(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    if wanted["done"]:
        return "done"
    owned = wanted["owner_agency"] is not None or wanted["owner_account"] is not None
    if owned and wanted["plan"]:
        return "planned"
    # What has gone by itself is not opened again by a person taking its plan away.
    return "gone" if row["state"] == "gone" else "open"
