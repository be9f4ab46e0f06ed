"""A draft tried on what was sent: it says what would move, writes nothing, and old reports keep what was decided."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from shapely.geometry import box
from sqlalchemy import text

from geo.areas import Incoming
from geo.importing import import_areas
from geo.shapes import from_shapely
from reports.configuration import load
from reports.routing import Near, Relative, Rule
from reports.try_out import try_out
from tests.reports.town import NOW, OPERATOR, SUPERVISOR, Town

WEST: dict[str, Any] = {"lon": 107.05, "lat": 10.35}
EAST: dict[str, Any] = {"lon": 107.15, "lat": 10.35}
NEXT_MONTH = date(2027, 1, 1)


async def draw(town: Town, edge: float, valid_from: date) -> None:
    """Two communes side by side; `edge` is the longitude between them."""
    shapes = {"w": box(107.0, 10.3, edge, 10.4), "e": box(edge, 10.3, 107.2, 10.4)}
    new = [Incoming(1, code, f"Phường {code}", from_shapely(shape)) for code, shape in shapes.items()]
    async with town.engine.begin() as conn:
        await import_areas(conn, new, "commune", valid_from)
        await conn.execute(text("UPDATE agency SET area_code = 'e' WHERE code = 'ward'"))
        town.city = await load(conn)


def rule(code: str, lead: str | None = None, **parts: Any) -> Rule:
    """A rule of a draft."""
    return Rule(1, code, lead, code=code, **parts)


async def test_what_a_draft_would_move(town: Town) -> None:
    await draw(town, 107.1, date(2025, 7, 1))
    phone = await town.phone()
    sent = [await town.send(phone, **at) for at in (WEST, EAST)]
    hidden = await town.send(phone, "conduct", **EAST)
    draft = replace(town.city, rules=(rule("theirs", relative=Relative("commune")), *town.city.rules))
    async with town.engine.connect() as conn:
        found = await try_out(conn, draft, NOW - timedelta(days=1), NOW + timedelta(days=1))
        nothing = await try_out(conn, town.city, NOW - timedelta(days=1), NOW + timedelta(days=1))
        later = await try_out(conn, draft, NOW + timedelta(days=1), NOW + timedelta(days=2))
        unseen = await try_out(conn, draft, NOW - timedelta(days=1), NOW + timedelta(days=1), unseen=["conduct"])
    assert (found.reports, found.same, found.hidden, found.to_no_rule) == (3, 1, 1, 0)
    (one,) = found.moved
    assert (one.code, one.area, one.was.lead, one.now.lead) == (
        sent[1]["code"],
        {"code": "e", "name": "Phường e"},
        "roads",
        "ward",
    )
    assert [reason["code"] for reason in one.now.reasons] == ["in-area", "committee", "rule"]
    assert hidden["code"] not in str(found.as_document())
    assert [(group.was_lead, group.now_lead, group.count) for group in found.groups] == [("roads", "ward", 2)]
    assert (nothing.same, nothing.moved, later.reports) == (3, (), 0)
    # Who reads nothing of that category does not hear of it by a number either.
    assert (unseen.reports, unseen.same, unseen.hidden) == (2, 1, 0)
    assert [group.count for group in unseen.groups] == [1]


async def test_a_draft_that_moves_a_category_in_the_tree_is_compared_with_the_tree_of_today(town: Town) -> None:
    phone = await town.phone()
    sent = {(await town.send(phone))["code"] for _ in range(3)}
    rules = (rule("old", "roads", category="conduct"), rule("new", "power", category="fallen-tree"))

    def below(parent: str) -> dict[str, Any]:
        pothole = replace(town.city.categories["pothole"], parent=parent, path=("pothole", parent))
        return {**town.city.categories, "pothole": pothole}

    base = replace(town.city, rules=rules, categories=below("conduct"))
    draft = replace(town.city, rules=rules, categories=below("fallen-tree"))
    async with town.engine.connect() as conn:
        found = await try_out(conn, draft, NOW - timedelta(days=1), NOW + timedelta(days=1), base=base)
        few = await try_out(conn, draft, NOW - timedelta(days=1), NOW + timedelta(days=1), base=base, most=2)
    assert {one.code: (one.was.lead, one.now.lead) for one in found.moved} == dict.fromkeys(sent, ("roads", "power"))
    # Told one by one as far as was asked for; counted all the same.
    assert (len(few.moved), few.reports - few.same, few.groups[0].count) == (2, 3, 3)


async def test_boundaries_of_next_month_can_be_tried_today(town: Town) -> None:
    await draw(town, 107.1, date(2025, 7, 1))
    report = await town.send(await town.phone(), **WEST)
    await draw(town, 107.02, NEXT_MONTH)
    ours = rule("ours", "power", areas=frozenset({"e"}), valid_from=NOW + timedelta(days=30))
    draft = replace(town.city, rules=(ours, *town.city.rules))
    period = (NOW - timedelta(days=1), NOW + timedelta(days=1))
    async with town.engine.connect() as conn:
        now, then = (
            await try_out(conn, draft, *period),
            await try_out(conn, draft, *period, as_of=NOW + timedelta(days=60)),
        )
    assert (now.moved, now.relocated) == ((), 0)
    assert [(one.code, one.now.lead) for one in then.moved] == [(report["code"], "power")]
    assert then.relocated == 1


async def test_an_old_report_keeps_its_area_and_its_rule(town: Town) -> None:
    await draw(town, 107.1, date(2025, 7, 1))
    code = (await town.send(await town.phone(), **WEST))["code"]
    before = await town.give(OPERATOR, "claim", code)
    await draw(town, 107.02, NEXT_MONTH)
    async with town.engine.begin() as conn:
        await conn.execute(text("UPDATE routing_rule SET name = 'mới', lead = 'power', areas = '{w}'"))
        town.city = await load(conn)
    town.now += timedelta(days=60)
    kept = await town.give(OPERATOR, "claim", code)
    assert (kept["area"], kept["route"]) == (before["area"], before["route"])
    assert kept["route"]["area"] == {"code": "w", "valid_from": "2025-07-01"}
    # Of another kind it is routed anew: by the rules of now, in the area of its own day, which lies elsewhere since.
    again = await town.give(OPERATOR, "verify", code, category="two-approvals")
    assert (again["area"]["code"], again["lead"], again["route"]["rule"]["name"]) == ("w", "power", "mới")
    assert again["route"]["configuration"] > before["route"]["configuration"]


async def test_a_layer_is_asked_by_the_statement_that_locates(town: Town) -> None:
    async with town.engine.begin() as conn:
        await conn.execute(
            text("""INSERT INTO layer_feature (layer, code, part, name, owner, geom, whole)
            SELECT 'roads', 'ql51', 0, 'QL51', 'power', g, g
            FROM ST_GeomFromText('LINESTRING(107.0 10.3501, 107.2 10.3501)', 4326) AS g""")
        )
        await conn.execute(
            text("""INSERT INTO routing_rule (position, code, name, relative, near, active) VALUES
            (0, 'owner', 'x', '{"to": "owner"}', '{"layer": "roads", "within_m": 15}', true)""")
        )
        town.city = await load(conn)
    phone = await town.phone()
    codes = [(await town.send(phone, lon=107.08, lat=lat))["code"] for lat in (10.35, 10.3499)]
    routes = [(await town.give(OPERATOR, "claim", code))["route"] for code in codes]
    assert [route["lead"] for route in routes] == ["power", "roads"]
    near = next(reason for reason in routes[0]["because"] if reason["code"] == "near-asset")
    assert (near["name"], round(near["distance_m"])) == ("QL51", 11)
    verified = await town.give(OPERATOR, "verify", codes[0], category="two-approvals")
    assert verified["route"]["lead"] == "power"
    draft = replace(town.city, rules=(rule("near", "ward", near=Near("roads", 30)),))
    async with town.engine.connect() as conn:
        found = await try_out(conn, draft, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert {one.code: one.now.lead for one in found.moved} == dict.fromkeys(codes, "ward")


async def test_a_rule_may_send_a_report_straight_to_its_agency(town: Town) -> None:
    level = '{"normal": {"amount": 1, "unit": "working_hours", "starts": "dispatched"}}'
    async with town.engine.begin() as conn:
        await conn.execute(
            text("UPDATE routing_rule SET straight_through = true, service_levels = CAST(:level AS jsonb)"),
            {"level": level},
        )
        town.city = await load(conn)
    phone = await town.phone()
    sent = await town.send(phone)
    assert (sent["version"], sent["state"]) == (1, "received")
    seen = await town.give(OPERATOR, "claim", sent["code"])
    assert (seen["state"], seen["version"], seen["due_basis"]) == ("dispatched", 4, "running")
    assert (seen["clock"]["level"]["unit"], seen["route"]["straight_through"]) == ("working_hours", True)
    assert (await town.events(sent["code"]))[-3:] == ["report.verified", "report.dispatched", "report.claimed"]
    async with town.engine.connect() as conn:
        said = text("SELECT actor, data FROM journal WHERE event = 'report.dispatched'")
        (by, data) = (await conn.execute(said)).one()
    assert (by["kind"], data["rule"]) == ("system", "all")
    back = await town.give(OPERATOR, "recall", sent["code"], reason="Sai cơ quan.")
    assert (back["state"], back["lead"]) == ("verified", "roads")
    # Whatever stands in the way of the two commands, the report itself is safe.
    town.city = replace(town.city, former_categories={}, agencies={"roads": town.city.agencies["roads"]})
    kept = await town.give(OPERATOR, "claim", (await town.send(phone))["code"])
    assert kept["state"] == "received"
    town.city = replace(town.city, agencies={**town.city.agencies, "ward": town.city.agencies["roads"]})
    # The restricted lane waits for its named readers, whatever a rule says.
    secret = await town.give(SUPERVISOR, "claim", (await town.send(phone, "conduct"))["code"])
    assert (secret["state"], secret["route"]["straight_through"]) == ("received", False)
    assert secret["route"]["because"][-1]["code"] == "second-look"
