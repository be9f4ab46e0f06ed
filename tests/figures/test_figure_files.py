"""The door of the figures, and the files: typed, defused, and equal to the document."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from ioc_dashboard.figures import files, paper
from ioc_dashboard.figures.asked import Asked
from ioc_dashboard.figures.bars import ticks
from ioc_dashboard.figures.monthly import PaperTable, Signed, month_asked, month_before, monthly
from ioc_dashboard.figures.reading import Figures, figures
from ioc_dashboard.figures.rows import rows_page
from ioc_dashboard.figures.sheets import Column, Sheet
from ioc_dashboard.figures.wording import duration, number, percent, versus
from reports.problems import BadInput
from tests.api.conftest import Doors
from tests.api.conftest import doors as doors
from tests.figures.history import Case, Happened, found, look_for_hot_spots, write
from tests.reports.town import LEADER, NOW, OPERATOR

ZONE = "Asia/Ho_Chi_Minh"
SIGNED = Signed("Ủy ban nhân dân Vũng Tàu", "Trung tâm điều hành đô thị thông minh", "Giám đốc", "Vũng Tàu")
DANGEROUS = '=HYPERLINK("http://x")'


def done(place: int, category: str = "pothole", lon: float = 107.0) -> Case:
    """A case that went all the way within two days."""
    at = datetime(2026, 11, 3 + place, 3, 0, tzinfo=UTC)
    way = [("verified", {}), ("dispatched", {"lead": "roads"}), ("accepted", {}), ("resolved", {}), ("published", {})]
    happened = [Happened(event, at.replace(hour=4 + step), data) for step, (event, data) in enumerate(way)]
    return Case(category, "26506", "app", "normal", at, 4000, False, lon, tuple(happened))


@pytest.fixture
async def month(engine: Any) -> tuple[Figures, Figures, Asked]:
    """The figures of a November with a hot spot, and of the month before it."""
    asked = month_asked("2026-11", NOW.date())
    async with engine.connect() as conn:
        city = await found(conn)
        lonely = [done(5, lon=107.2), done(6, category="conduct")]
        await write(conn, [done(0), done(1, lon=107.0002), done(2, lon=107.0004), *lonely])
        await look_for_hot_spots(conn, city)
        made = await figures(conn, LEADER, city, asked, NOW)
        before = await figures(conn, LEADER, city, month_before(asked), NOW)
        spot = made.hot_spots["spots"][0]
        rows = await rows_page(conn, LEADER, city, Asked(asked.first, asked.last, spot=spot["code"]), "hot_spot", NOW)
        assert spot["count"] == rows.count == 3
        assert {row["code"] for row in rows.rows} == {"CASE00000", "CASE00001", "CASE00002"}
        # The named readers count the restricted lane, the operator does not, and paper never does.
        whole = await figures(conn, LEADER, city, Asked(asked.first, asked.last), NOW)
        theirs = await figures(conn, OPERATOR, city, Asked(asked.first, asked.last), NOW)
        assert (whole.total["received"], theirs.total["received"], made.total["received"]) == (5, 4, 4)
        await conn.rollback()
    return made, before, asked


async def test_the_monthly_report_says_what_the_document_says(month: tuple[Figures, Figures, Asked]) -> None:
    made, before, asked = month
    report = monthly(made, before, asked, NOW, ZONE)
    drawn = paper.pdf(report, SIGNED)
    assert drawn == paper.pdf(report, SIGNED), "the same report is the same bytes"
    reader = PdfReader(io.BytesIO(drawn))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages).replace("\u00a0", " "))
    total = made.total
    told = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN VŨNG TÀU", "GIÁM ĐỐC",
        "Vũng Tàu, ngày 24 tháng 11 năm 2026", "Tháng 11 năm 2026", "Nơi nhận:", "Tháng chưa kết thúc",
        f"tiếp nhận {total['received']} phản ánh", f"đã xử lý {total['done']} phản ánh",
        f"đúng hạn {total['on_time']} (100,0 %)", "Bảng 7. Điểm tái diễn", "Mẫu số của tỷ lệ".lower(),
    ]  # fmt: skip
    assert [words for words in told if words.lower() not in text.lower()] == []
    for section in report.sections:
        for part in section.parts:
            if isinstance(part, PaperTable):
                for row in part.rows:
                    assert " ".join(row).replace("→", "–").replace("\u00a0", " ") in text, row
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            described = font.get_object().get("/FontDescriptor")
            # Helvetica is named on each page by the library and draws nothing.
            assert described is None or "/FontFile2" in described.get_object()


def test_a_city_without_reports_has_a_report_too() -> None:
    nothing = Figures("", ZONE, {}, dict.fromkeys(KEYS, 0) | SHARES, {name: [] for name in PARTS}, STEPS, [], [], [],
                      {"rule": {"cases": 3, "metres": 50.0, "days": 180}, "spots": []})  # fmt: skip
    drawn = paper.pdf(monthly(nothing, nothing, month_asked("2026-10", NOW.date()), NOW, ZONE), SIGNED)
    assert len(PdfReader(io.BytesIO(drawn)).pages) >= 2


KEYS = ("received", "done", "rejected", "open", "overdue", "on_time", "extended", "late", "judged", "not_on_time",
        "rated", "satisfied", "acceptable", "unsatisfied", "returned", "unproven", "overridden", "audited",
        "audit_failed", "finished")  # fmt: skip
SHARES: dict[str, Any] = dict.fromkeys(
    (
        "on_time_share",
        "extended_share",
        "late_share",
        "rated_share",
        "satisfied_share",
        "unproven_share",
        "audit_failed_share",
    )
)
PARTS = ("areas", "categories", "agencies", "channels")
STEPS: list[dict[str, Any]] = [
    {"key": key, "count": 0, "working_count": 0,
     **dict.fromkeys(("median_min", "p90_min", "working_median_min", "working_p90_min"))}
    for key in ("verify", "dispatch", "accept", "resolve", "publish", "whole")
]  # fmt: skip


def test_no_cell_of_a_file_becomes_a_formula() -> None:
    columns = (Column("Tên", "Name", "text"), Column("Số", "Number"), Column("Lúc", "At", "moment"))
    sheet = Sheet("areas", columns, [[word, 3, NOW] for word in (DANGEROUS, "+1", "＝1+1", "@x", "Hẻm ẵ ệ ữ ợ")])
    text = files.csv_file(sheet, "vi", ZONE)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff") and rows[0] == ["Tên", "Số", "Lúc"]
    assert rows[1] == [f"'{DANGEROUS}", "3", "2026-11-24 09:00"] and rows[3][0] == "'＝1+1"
    assert rows[5][0] == "Hẻm ẵ ệ ữ ợ"
    with zipfile.ZipFile(io.BytesIO(files.workbook([sheet], "vi", ZONE, NOW))) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in page and "HYPERLINK" in words and 'state="frozen"' in page
    assert "<v>3</v>" in page and "<v>46350.375</v>" in page


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-1", "2027-01", "1900-01"])
def test_a_month_that_is_none_or_has_not_begun_is_refused(month: str) -> None:
    with pytest.raises(BadInput):
        month_asked(month, date(2026, 11, 24))


def test_numbers_are_written_as_administration_writes_them() -> None:
    assert (number(1234567.5, 1), percent(0.857), percent(None)) == ("1.234.567,5", "85,7\u00a0%", "–")
    assert [duration(minutes) for minutes in (0, 59.6, 90, 1440, 3000, None)] == [
        "0 phút", "1 giờ", "1 giờ 30 phút", "1 ngày", "2 ngày 2 giờ", "–",
    ]  # fmt: skip
    assert versus(60, 50) == "tăng 20,0\u00a0% so với" and versus(3, 9) == "giảm 6 phản ánh so với"
    assert [ticks(most)[-1] for most in (0, 3, 17, 99, 1000)] == [1, 3, 20, 100, 1000]


REFUSED = [
    ("?from=2026-11-02&to=2026-11-01", "/to"),
    ("?from=2026-11-02", "/to"),
    ("?from=2020-01-01&to=2026-01-01", "/from"),
    ("?period=7d&from=2026-11-02&to=2026-11-03", "/period"),
    ("?period=x", "/period"),
    ("/rows?figure=x", "/figure"),
    ("/rows?figure=received&after=x", "/after"),
    ("/rows?figure=hot_spot", "/spot"),
    ("/monthly.pdf?month=2026-13", "/month"),
]


def test_the_door_of_the_figures(doors: Doors) -> None:
    code = doors.send()
    doors.give("operator", "verify", code)
    leader = doors.headers("leader")
    document = doors.client.get("/api/v1/figures?period=today", headers=leader).json()
    assert document["total"]["received"] == 1
    rows = doors.client.get(document["total"]["rows"] + "&figure=received", headers=leader).json()
    assert rows["count"] == 1 and rows["rows"][0]["code"] == code
    file = doors.client.get("/api/v1/figures/rows.csv?period=today&figure=open", headers=leader)
    assert file.headers["x-total-count"] == "1" and code in file.text
    book = doors.client.get("/api/v1/figures/all.xlsx", headers=leader)
    assert book.content[:2] == b"PK" and "attachment" in book.headers["content-disposition"]
    month = document["period"]["to"][:7]
    report = doors.client.get(f"/api/v1/figures/monthly.pdf?month={month}", headers=leader)
    assert report.content[:5] == b"%PDF-" and report.headers["cache-control"] == "private, no-store"
    # Not dispatched yet, so no agency's.
    theirs = doors.client.get("/api/v1/figures?period=today", headers=doors.headers("lead")).json()
    assert theirs["total"]["received"] == 0
    assert doors.client.get("/api/v1/figures/tables/x.csv", headers=leader).status_code == 404
    for address, field in REFUSED:
        answer = doors.client.get(f"/api/v1/figures{address}", headers=leader)
        assert answer.status_code == 422 and field in str(answer.json()["errors"]), (address, answer.text)
