"""An administrator by the guide docs/admin.vi.md: new boundaries, a rule, a try-out, publishing and the way back."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.async_api import expect
from shapely.geometry import mapping, shape
from shapely.ops import unary_union

from tests.story.city import City
from tests.web.axe import faults
from tests.web.staff.conftest import PHONE, Desk, Seat

AREAS = Path(__file__).resolve().parents[3] / "api" / "demo" / "data" / "areas.json"
GROWN, ENDED = "26536", "26526"
LEAD = "ubnd-rach-dua"
RULE = "Đường sá phường mở rộng"


@pytest.fixture
def database(web_city: City) -> Iterator[psycopg.Connection]:
    """The city's database, to count past everything that is under test."""
    url = web_city.database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as conn:
        yield conn


def next_month() -> date:
    """The first of a month at least ten days ahead: past every zone's midnight, so that nobody else's day changes."""
    return (date.today() + timedelta(days=40)).replace(day=1)


def joined_communes(into: Path) -> tuple[Path, str]:
    """A file in which one commune has swallowed its neighbour; and the name of the one that grew."""
    layer = json.loads(AREAS.read_text())
    by_code = {feature["properties"]["code"]: feature for feature in layer["features"]}
    whole = unary_union([shape(by_code[code]["geometry"]) for code in (GROWN, ENDED)])
    by_code[GROWN]["geometry"] = mapping(whole)
    layer["features"] = [feature for code, feature in by_code.items() if code != ENDED]
    path = into / "ranh-gioi.geojson"
    path.write_text(json.dumps(layer))
    return path, by_code[GROWN]["properties"]["name"]


def would_move(conn: psycopg.Connection) -> int:
    """Potholes in the two communes, which the department has today; counted without a line of routing."""
    row = conn.execute(
        "SELECT count(*) FROM report WHERE category = 'road-pothole' AND area_code = ANY(%s) AND route ->> 'lead' <> %s"
        " AND received_at >= now() - interval '30 days'",
        ([GROWN, ENDED], LEAD),
    ).fetchone()
    assert row is not None
    return int(row[0])


def old_reports(conn: psycopg.Connection) -> list[Any]:
    return conn.execute("SELECT code, area_code, area_valid_from, route, due_at FROM report ORDER BY code").fetchall()


async def begin(desk: Desk, name: str) -> None:
    await desk.page.goto(f"{desk.url}/admin")
    await desk.find("button", "Tạo bản nháp").click()
    await desk.find("dialog[open] input").fill(name)
    await desk.find("dialog[open] button.first").click()
    await expect(desk.find(".draft .counts")).to_contain_text("0 thay đổi")


async def import_boundaries(desk: Desk, path: Path) -> None:
    await desk.find("nav a", "Địa bàn & lớp bản đồ").click()
    await desk.find("[name=areas-file]").set_input_files(path)
    await desk.find("[name=valid-from]").fill(next_month().isoformat())
    await desk.find("button", "Xem trước").click()
    await expect(desk.find(".note[role=status]")).to_contain_text("Hết hiệu lực 1: Phường Tam Thắng")
    await desk.find("button", "Nhập, hiệu lực").click()
    await expect(desk.find("ht-admin-areas .changes li")).to_have_count(2)


async def add_rule(desk: Desk, area: str) -> None:
    await desk.find("nav a", "Quy tắc phân công").click()
    await desk.find(".pickrow").first.click()
    await desk.find("ht-admin-section button", "Thêm").first.click()
    await desk.find("ht-item-form [name=name]").fill(RULE)
    await desk.find("ht-item-form [name=category]").select_option("road-pothole")
    await desk.find("label.tick", "Chỉ ở các địa bàn đã chọn").locator("input").check()
    await desk.find("ht-area-picker label", area).locator("input").check()
    await desk.find("ht-item-form select[name=lead]").select_option(LEAD)
    await desk.find("ht-item-form [name=valid_from]").fill(f"{next_month().isoformat()}T00:00")
    await desk.press("Control+s")
    await expect(desk.find(".pickrow").first).to_contain_text(RULE)
    await expect(desk.find(".draft .counts")).to_contain_text("1 thay đổi")


async def test_an_administrator_follows_the_guide(seat: Seat, database: psycopg.Connection, tmp_path: Path) -> None:
    desk = await seat("admin")
    path, area = joined_communes(tmp_path)
    before = old_reports(database)
    await begin(desk, "Sáp nhập phường")
    await import_boundaries(desk, path)
    await add_rule(desk, area)
    assert await faults(desk.page) == []
    # Tried out as of the day from which both hold.
    moved = would_move(database)
    assert moved > 0
    await desk.find(".draft button", "Thử trên 30 ngày").click()
    await desk.find("ht-try-out [name=as-of]").fill(next_month().isoformat())
    await expect(desk.find("ht-try-out .lead")).to_contain_text(f"{moved} phản ánh sẽ chuyển nơi khác")
    await desk.find("ht-try-out tbody button").first.click()
    await expect(desk.find("tr.reasons")).to_contain_text(RULE)
    assert await faults(desk.page) == []
    # Published with a reason, and everything before stays as it was.
    await desk.find(".draft button", "Công bố").click()
    await expect(desk.find("ht-publish .difference")).to_contain_text(RULE)
    await desk.find("ht-publish textarea").fill("Theo nghị quyết sáp nhập")
    await desk.find("ht-publish button.first").click()
    rows = desk.find("ht-admin-versions tbody tr")
    await expect(rows.first).to_contain_text("Theo nghị quyết sáp nhập")
    assert old_reports(database) == before
    assert database.execute("SELECT active FROM routing_rule WHERE name = %s", (RULE,)).fetchall() == [(True,)]
    # And back again: a new version, nothing is thrown away.
    versions = await rows.count()
    await rows.nth(1).locator("button", has_text="Quay lại").click()
    await desk.find("ht-admin-versions dialog[open] button.first").click()
    await expect(rows).to_have_count(versions + 1)
    assert database.execute("SELECT active FROM routing_rule WHERE name = %s", (RULE,)).fetchall() == [(False,)]
    assert old_reports(database) == before
    assert await faults(desk.page) == []
    assert desk.complaints == []


async def test_a_leader_reads_on_a_phone_and_changes_nothing(seat: Seat) -> None:
    desk = await seat("leader", **PHONE)
    await desk.page.goto(f"{desk.url}/admin?section=categories&item=road-pothole")
    await expect(desk.find("ht-item-form h2")).to_have_text("Ổ gà, mặt đường hư hỏng")
    await expect(desk.find("ht-item-form [name=name]")).to_be_disabled()
    for words in ("Lưu vào bản nháp", "Công bố", "Tạo bản nháp"):
        await expect(desk.find("button", words)).to_have_count(0)
    width = await desk.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["viewport"]["width"]
    assert await faults(desk.page) == []
    await desk.page.goto(f"{desk.url}/admin?section=calendars&item=default")
    await desk.find("ht-month tbody").wait_for()
    assert await faults(desk.page) == []


async def climb(desk: Desk) -> None:
    """A ladder of the city's own: a step that comes too early is told where it stands, and is mended there."""
    await desk.find("nav a", "Điểm nóng & thiết lập chung").click()
    await desk.find("[name=standard-own]").check()
    await desk.find("[name=standard-5-amount]").fill("1")
    await desk.press("Control+s")
    wrong = desk.find("ht-ladder-editor li.bad .wrong")
    await expect(wrong).to_contain_text("không được sớm hơn bước trước nó: từ 4 trở lên")
    await desk.find(".draft .counts").click()
    await desk.find("ht-admin-problems li", "từ 4 trở lên").locator("button").click()
    # With the keys alone: up, down again, and a later hour.
    await desk.find("[name=standard-5-amount]").press("Alt+ArrowUp")
    await expect(desk.find("[name=standard-4-amount]")).to_be_focused()
    await desk.press("Alt+ArrowDown")
    await expect(desk.find("[name=standard-5-amount]")).to_be_focused()
    await desk.find("[name=standard-5-amount]").fill("12")
    await desk.press("Control+s")
    await expect(desk.find("ht-admin-settings .foot button.first")).to_be_disabled()
    await expect(desk.find(".draft .counts")).not_to_contain_text("lỗi")
    await expect(wrong).to_have_count(0)
    assert await faults(desk.page) == []


async def draw_set(desk: Desk) -> None:
    """An area set of one shape: drawn with the mouse, then another pasted instead."""
    await desk.find("nav a", "Nhóm địa bàn").click()
    await desk.find("ht-admin-section button", "Thêm").first.click()
    await desk.find("ht-item-form [name=name]").fill("Khu chợ đêm")
    await desk.find("ht-item-form [name=name_en]").fill("Night market")
    canvas = desk.find("ht-shape-editor ht-geo-map[data-ready] canvas")
    await canvas.scroll_into_view_if_needed()
    await desk.find("ht-shape-editor button.draw").click()
    for x, y in ((120, 80), (240, 80), (240, 180)):
        await canvas.click(position={"x": x, "y": y})
    await desk.press("Enter")
    await expect(desk.find("ht-shape-editor li")).to_have_text("Vùng 1: 3 góc")
    await desk.find("ht-shape-editor summary").click()
    text = desk.find("ht-shape-editor textarea")
    await text.fill('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}')
    await desk.find("ht-shape-editor button", "Dùng hình này").click()
    await expect(desk.find("ht-shape-editor [role=alert]")).to_contain_text("tự cắt nhau")
    square = [[107.08, 10.34], [107.09, 10.34], [107.09, 10.35], [107.08, 10.35]]
    await text.fill(json.dumps({"type": "Polygon", "coordinates": [square]}))
    await desk.find("ht-shape-editor button", "Dùng hình này").click()
    await expect(desk.find("ht-shape-editor li")).to_have_text("Vùng 1: 4 góc")
    assert await faults(desk.page) == []
    await desk.press("Control+s")
    await expect(desk.find(".pickrow", "Khu chợ đêm")).to_be_visible()


async def test_an_administrator_uses_the_larger_tools(seat: Seat, database: psycopg.Connection, tmp_path: Path) -> None:
    desk = await seat("admin")
    await begin(desk, "Công cụ")
    await climb(desk)
    await draw_set(desk)
    # A system of an agency inside the city's network works only where the machine lets it: told at its field.
    await desk.find("nav a", "Cơ quan").click()
    await desk.find(".pickrow", "Điện lực khu vực").click()
    await desk.find("ht-item-form details.group summary").click()
    await desk.find("[name=external-kind]").select_option("webhook")
    await desk.find("[name=external-url]").fill("http://10.1.2.3:8080/phan-anh")
    await desk.press("Control+s")
    await expect(desk.find("[data-field=external] .wrong")).to_contain_text("HIENTRUONG_HANDOVER_ALLOWED_ORIGINS")
    # A layer is looked at before it takes the place of another.
    poles = tmp_path / "tru.geojson"
    point = {"type": "Feature", "properties": {"code": "T1", "owner": "ai-do"}}
    good, bad = ({"type": "Point", "coordinates": at} for at in ([107.08, 10.34], [700000, 1140000]))
    poles.write_text(
        json.dumps({"type": "FeatureCollection", "features": [{**point, "geometry": good}, {**point, "geometry": bad}]})
    )
    await desk.find("nav a", "Địa bàn & lớp bản đồ").click()
    await desk.find("[name=layer]").fill("tru-dien")
    await desk.find("[name=layer-file]").set_input_files(poles)
    await desk.find("ht-admin-layers button", "Xem thử lớp").click()
    report = desk.find("ht-admin-layers .note[role=status]")
    await expect(report).to_contain_text("Nhận 1 đối tượng (hiện có 0)")
    await expect(report).to_contain_text("Không nhận đối tượng thứ 2")
    await expect(report).to_contain_text("quy tắc không giao được: ai-do")
    assert database.execute("SELECT count(*) FROM layer_feature WHERE layer = 'tru-dien'").fetchone() == (0,)
    # What the draft holds is what was meant; nothing of it is in force, and it goes again.
    row = database.execute("SELECT document FROM configuration_draft WHERE title = 'Công cụ'").fetchone()
    assert row is not None
    steps = [step for step in row[0]["settings"]["escalation"]["standard"] if step["cause"] == "late"]
    assert [(step["after"]["amount"], step["to"]) for step in steps] == [(0, "head"), (4, "supervisor"), (12, "leader")]
    assert [one["shape"]["type"] for one in row[0]["area_sets"] if one["name"] == "Khu chợ đêm"] == ["MultiPolygon"]
    await desk.find(".draft button", "Bỏ bản nháp").click()
    await desk.find("dialog[open] button.first").click()
    await expect(desk.find(".draft button", "Tạo bản nháp")).to_be_visible()
    assert await faults(desk.page) == []
    assert desk.complaints == []
