"""The figures laid out in tables with heads in both languages: what the files and the monthly report are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ioc_dashboard.figures.definitions import COUNTS, FINISHED, SHARES, STEPS, Definition, Share
from ioc_dashboard.figures.reading import Figures

Kind = Literal["text", "count", "share", "minutes", "moment", "day"]
WEEKDAYS = (
    ("Thứ hai", "Monday"), ("Thứ ba", "Tuesday"), ("Thứ tư", "Wednesday"), ("Thứ năm", "Thursday"),
    ("Thứ sáu", "Friday"), ("Thứ bảy", "Saturday"), ("Chủ nhật", "Sunday"),
)  # fmt: skip
CHANNELS = {
    "app": ("Ứng dụng", "App"),
    "web": ("Web", "Web"),
    "android": ("Ứng dụng Android", "Android app"),
    "ios": ("Ứng dụng iOS", "iOS app"),
    "phone": ("Điện thoại", "Telephone"),
    "counter": ("Tại quầy", "Counter"),
    "email": ("Thư điện tử", "E-mail"),
    "chat": ("Tin nhắn", "Chat"),
}
STATES = {
    "received": ("Mới nhận", "Received"),
    "verified": ("Đã xác minh", "Verified"),
    "dispatched": ("Đã chuyển", "Dispatched"),
    "in_progress": ("Đang xử lý", "In progress"),
    "resolved": ("Chờ kiểm duyệt", "Awaiting approval"),
    "published": ("Đã công khai", "Published"),
    "closed": ("Đã đóng", "Closed"),
    "awaiting_resident": ("Chờ người dân", "Awaiting the resident"),
    "rejected": ("Từ chối", "Rejected"),
}
NOWHERE = {
    "areas": ("Ngoài địa bàn", "Outside all areas"),
    "agencies": ("Chưa chuyển cơ quan", "Not with an agency yet"),
}
TITLES = {
    "summary": ("Tổng hợp", "Summary"),
    "areas": ("Theo địa bàn", "By area"),
    "categories": ("Theo lĩnh vực", "By category"),
    "agencies": ("Theo cơ quan", "By agency"),
    "channels": ("Theo kênh", "By channel"),
    "steps": ("Thời gian từng bước", "Time per step"),
    "returns": ("Trả lại", "Returns"),
    "workload": ("Theo giờ và thứ", "By hour and weekday"),
    "days": ("Theo ngày", "By day"),
    "hot-spots": ("Điểm tái diễn", "Hot spots"),
    "rows": ("Danh sách phản ánh", "Reports"),
}
TABLES = tuple(name for name in TITLES if name not in ("summary", "rows"))
PARTS = ("areas", "categories", "agencies", "channels")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head in both languages and what its cells are (minutes; shares 0..1; moments are aware)."""

    vi: str
    en: str
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; every row has one value per column, None for nothing to say."""

    name: str
    columns: tuple[Column, ...]
    rows: list[list[Any]]

    def title(self, locale: str) -> str:
        """Its name for people."""
        return TITLES[self.name][locale == "en"]

    def heads(self, locale: str) -> list[str]:
        """The heads of its columns."""
        return [column.en if locale == "en" else column.vi for column in self.columns]


_COUNTED = tuple(Column(one.vi, one.en) for one in (*COUNTS, FINISHED))
_SHARED = tuple(Column(one.vi, one.en, "share") for one in SHARES)
_TOLD: tuple[Definition | Share, ...] = (*COUNTS, FINISHED, *SHARES)
_KEYS = [one.key for one in _TOLD]
_CODE = Column("Mã", "Code", "text")


def all_sheets(found: Figures, locale: str) -> dict[str, Sheet]:
    """Every table of the document, the names in their cells in one language."""
    summary = [[label, found.total[key]] for label, key in _labels(locale)]
    parts = {name: _part(name, found.tables[name], locale) for name in PARTS}
    return {
        "summary": Sheet("summary", (Column("Chỉ tiêu", "Figure", "text"), Column("Giá trị", "Value")), summary),
        **parts,
        "steps": _steps(found.steps, locale),
        "returns": _returns(found.returns, locale),
        "workload": _workload(found.workload, locale),
        "days": Sheet(
            "days",
            (Column("Ngày", "Day", "day"), Column("Tiếp nhận", "Received"), Column("Hoàn thành", "Finished")),
            [[date.fromisoformat(row["day"]), row["received"], row["finished"]] for row in found.days],
        ),
        "hot-spots": _spots(found.hot_spots["spots"], locale),
    }


def _labels(locale: str) -> list[tuple[str, str]]:
    return [(one.en if locale == "en" else one.vi, one.key) for one in _TOLD]


def named(row: Mapping[str, Any], part: str, locale: str) -> str:
    """The name of a table's row; the key where nobody has named it, and words for none."""
    english = locale == "en"
    if part == "channels":
        return str(CHANNELS.get(row["key"], (row["key"], row["key"]))[english])
    if row["key"] is None:
        return NOWHERE.get(part, ("", ""))[english]
    return str((row["name_en"] if english else row["name"]) or row["name"] or row["key"])


def _part(name: str, rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    columns = (_CODE, Column("Tên", "Name", "text"), *_COUNTED, *_SHARED)
    return Sheet(name, columns, [[row["key"], named(row, name, locale), *(row[key] for key in _KEYS)] for row in rows])


def _steps(rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    names = {step.key: step.en if locale == "en" else step.vi for step in STEPS}
    columns = (
        Column("Bước", "Step", "text"),
        Column("Số ca", "Cases"),
        Column("Trung vị (phút)", "Median (min)", "minutes"),
        Column("p90 (phút)", "p90 (min)", "minutes"),
        Column("Số ca tính giờ làm việc", "Cases in working time"),
        Column("Trung vị (phút làm việc)", "Median (working min)", "minutes"),
        Column("p90 (phút làm việc)", "p90 (working min)", "minutes"),
    )
    keys = ("count", "median_min", "p90_min", "working_count", "working_median_min", "working_p90_min")
    return Sheet("steps", columns, [[names[row["key"]], *(row[key] for key in keys)] for row in rows])


def _returns(rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    tail = "_name_en" if locale == "en" else "_name"
    columns = (
        Column("Cơ quan trả lại", "Returned by", "text"),
        Column("Đề nghị chuyển đến", "Proposed", "text"),
        Column("Đã chuyển đến", "Went to", "text"),
        Column("Số phản ánh", "Reports"),
    )
    fields = ("returned_by", "proposed", "went_to")
    return Sheet("returns", columns, [[*(row[field + tail] for field in fields), row["count"]] for row in rows])


def _workload(rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    cells = {(row["hour"], row["weekday"]): row["received"] for row in rows}
    columns = (Column("Giờ", "Hour", "text"), *(Column(vi, en) for vi, en in WEEKDAYS), Column("Cộng", "Total"))
    told = []
    for hour in range(24):
        line = [cells.get((hour, weekday), 0) for weekday in range(1, 8)]
        told.append([f"{hour:02}:00", *line, sum(line)])
    return Sheet("workload", columns, told)


def _spots(rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    english = locale == "en"
    columns = (
        Column("Lĩnh vực", "Category", "text"), Column("Địa bàn", "Area", "text"),
        Column("Cơ quan", "Agency", "text"), Column("Số lần", "Times"), Column("Lần đầu", "First", "moment"),
        Column("Lần cuối", "Last", "moment"), Column("Kinh độ", "Longitude", "text"),
        Column("Vĩ độ", "Latitude", "text"), Column("Một mã phản ánh", "One report", "text"),
    )  # fmt: skip
    told = [
        [
            row["name_en" if english else "name"],
            row["area_name"],
            row["agency_name_en" if english else "agency_name"],
            row["count"],
            datetime.fromisoformat(row["since"]),
            datetime.fromisoformat(row["last"]),
            f"{row['lon']:.6f}",
            f"{row['lat']:.6f}",
            row["code"],
        ]
        for row in rows
    ]
    return Sheet("hot-spots", columns, told)


def rows_sheet(rows: Sequence[Mapping[str, Any]], locale: str) -> Sheet:
    """The reports behind a number as a table."""
    english = locale == "en"
    tail = "_en" if english else ""
    columns = (
        _CODE, Column("Lĩnh vực", "Category", "text"), Column("Địa bàn", "Area", "text"),
        Column("Cơ quan", "Agency", "text"), Column("Trạng thái", "State", "text"), Column("Kênh", "Channel", "text"),
        Column("Tiếp nhận lúc", "Received", "moment"), Column("Hạn xử lý", "Due", "moment"),
        Column("Có kết quả lúc", "Resolved", "moment"), Column("Công khai lúc", "Published", "moment"),
        Column("Số phút của bước", "Minutes of the step", "minutes"),
    )  # fmt: skip
    moments = ("received_at", "due_at", "resolved_at", "published_at")
    told = [
        [
            row["code"],
            row[f"category_name{tail}"],
            row["area_name"],
            row[f"lead_name{tail}"],
            STATES.get(row["state"], (row["state"], row["state"]))[english],
            CHANNELS.get(row["channel"], (row["channel"], row["channel"]))[english],
            *(datetime.fromisoformat(row[name]) if row[name] else None for name in moments),
            row["took_min"],
        ]
        for row in rows
    ]
    return Sheet("rows", columns, told)


def local(value: datetime, zone: str) -> datetime:
    """A moment as the city's clocks showed it, without zone: spreadsheets know none."""
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
