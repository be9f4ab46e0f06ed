"""What the monthly report says, in Vietnamese: sentences and tables made from the figures, drawn by `paper`.

It never holds the restricted lane, whoever asks for it: the paper travels further than the one who signs it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ioc_dashboard.figures.asked import Asked
from ioc_dashboard.figures.definitions import STEPS, formulas
from ioc_dashboard.figures.reading import Figures
from ioc_dashboard.figures.sheets import named
from ioc_dashboard.figures.wording import day, duration, moment, month_name, number, percent, versus, working
from reports.problems import BadInput

MOST_LINES = 15
"""Lines of a table on paper; the rest is one line that says how many there are."""

LEAST_TO_NAME = 5
"""Nobody is named for a share of fewer judged cases."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who issues the report and who signs it: `authority` above, `office` that issues, `signer` the office's title."""

    authority: str
    office: str
    signer: str
    place: str


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table on paper; `widths` are shares of the width, the first column is text and the others are numbers."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    widths: list[float]
    texts: int = 1


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: one label and one value per series each; `stacked` shares of a whole or counts side by side."""

    caption: str
    series: list[str]
    labels: list[str]
    values: list[list[float]]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the report."""

    title: str
    parts: list[str | PaperTable | Chart] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Monthly:
    """The whole report, ready to be drawn."""

    month: str
    made: str
    dated: date
    sections: list[Section]
    appendix: PaperTable


def month_asked(month: str, today: date) -> Asked:
    """The days of a month written 2026-10, of the present one up to today. Raises BadInput for anything else."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise BadInput(("/month", "must look like 2026-10")) from error
    if first > today or first.year < 1976:
        raise BadInput(("/month", "must be a month that has begun"))
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Asked(first, min(last, today), open_lanes=True)


def month_before(asked: Asked) -> Asked:
    """The whole month before it."""
    last = asked.first - timedelta(days=1)
    return Asked(last.replace(day=1), last, open_lanes=True)


def monthly(found: Figures, before: Figures, asked: Asked, now: datetime, zone: str) -> Monthly:
    """The report of one month; `before` are the figures of the month before, for comparison."""
    told = month_name(asked.first)
    made = moment(now, zone)
    sections = [
        _overview(found, before, asked, made),
        _times(found),
        Section("Kết quả theo cơ quan xử lý", _agencies(found)),
        Section("Lĩnh vực và địa bàn", [_part(found, "categories", "Bảng 4. Theo lĩnh vực", "Lĩnh vực"),
                                        _part(found, "areas", "Bảng 5. Theo địa bàn", "Địa bàn")]),
        Section("Phản ánh bị trả lại", _returns(found)),
        Section("Mức độ hài lòng của người dân", _faces(found)),
        Section("Điểm tái diễn", _spots(found)),
    ]  # fmt: skip
    return Monthly(told, made, now.astimezone(asked.period.moments(zone)[0].tzinfo).date(), sections, _appendix())


def _unfinished(asked: Asked) -> list[str]:
    if (asked.last + timedelta(days=1)).day == 1:
        return []
    return [f"Tháng chưa kết thúc: số liệu mới đến ngày {day(asked.last)} và còn thay đổi."]


def _overview(found: Figures, before: Figures, asked: Asked, made: str) -> Section:
    month, earlier = month_name(asked.first), month_name(month_before(asked).first)
    total, past = found.total, before.total
    judged = total["judged"]
    parts: list[str | PaperTable | Chart] = [
        f"Trong {month}, hệ thống phản ánh hiện trường tiếp nhận {number(total['received'])} phản ánh, "
        f"{versus(total['received'], past['received'])} {earlier} ({number(past['received'])} phản ánh); hoàn thành và "
        f"công khai kết quả {number(total['finished'])} phản ánh, gồm cả phản ánh tiếp nhận từ trước.",
        f"Trong số tiếp nhận trong tháng, tính đến {made}: đã xử lý {number(total['done'])} phản ánh, từ chối "
        f"{number(total['rejected'])}, đang mở {number(total['open'])}, trong đó {number(total['overdue'])} phản ánh "
        "quá hạn.",
        f"Trên {number(judged)} phản ánh đã đến lúc đánh giá (đã xử lý và đang mở quá hạn): đúng hạn "
        f"{number(total['on_time'])} ({percent(total['on_time_share'])}), đúng hạn sau gia hạn "
        f"{number(total['extended'])} ({percent(total['extended_share'])}), trễ hoặc quá hạn "
        f"{number(total['not_on_time'])} ({percent(total['late_share'])}). Tháng trước đúng hạn "
        f"{percent(past['on_time_share'])}.",
        *_unfinished(asked),
        "Số liệu không gồm phản ánh thuộc kênh hạn chế, phản ánh người dân đã rút và phản ánh đã gộp vào phản ánh "
        "khác.",
        _summary(total, past),
        Chart(
            "Hình 1. Số phản ánh tiếp nhận và hoàn thành theo ngày",
            ["Tiếp nhận", "Hoàn thành"],
            [str(date.fromisoformat(row["day"]).day) for row in found.days],
            [[row["received"] for row in found.days], [row["finished"] for row in found.days]],
        ),
    ]
    return Section("Kết quả chung", parts)


def _summary(total: dict[str, Any], past: dict[str, Any]) -> PaperTable:
    told = formulas()
    keys = ("received", "done", "rejected", "open", "overdue", "on_time", "extended", "late", "not_on_time")
    rows = [[told[key]["name"], number(total[key]), number(past[key])] for key in keys]
    rows += [
        [told[key]["name"], percent(total[key]), percent(past[key])]
        for key in ("on_time_share", "extended_share", "late_share")
    ]
    return PaperTable("Bảng 1. Tổng hợp", ["Chỉ tiêu", "Tháng này", "Tháng trước"], rows, [0.6, 0.2, 0.2])


def _times(found: Figures) -> Section:
    by_key = {row["key"]: row for row in found.steps}
    whole = by_key["whole"]
    said = "Chưa có phản ánh nào đi hết quy trình trong tháng."
    if whole["count"]:
        said = (
            "Từ lúc tiếp nhận đến lúc công khai kết quả: một nửa số phản ánh không quá "
            f"{duration(whole['median_min'])}, chín phần mười không quá "
            f"{duration(whole['p90_min'])} (tính trên {number(whole['count'])} phản ánh, "
            "thời gian đồng hồ, cả đêm và ngày nghỉ)."
        )
    rows = [
        [
            step.vi,
            number(by_key[step.key]["count"]),
            duration(by_key[step.key]["median_min"]),
            duration(by_key[step.key]["p90_min"]),
            working(by_key[step.key]["working_median_min"]),
            working(by_key[step.key]["working_p90_min"]),
        ]
        for step in STEPS
    ]
    heads = ["Bước", "Số ca", "Trung vị", "p90", "Trung vị (giờ làm việc)", "p90 (giờ làm việc)"]
    table = PaperTable("Bảng 2. Thời gian từng bước", heads, rows, [0.3, 0.1, 0.15, 0.15, 0.15, 0.15])
    return Section("Thời gian xử lý từng bước", [said, table])


def _agencies(found: Figures) -> list[str | PaperTable | Chart]:
    rows = [row for row in found.tables["agencies"] if row["key"] is not None]
    judged = [row for row in rows if row["judged"] >= LEAST_TO_NAME]
    said = f"Không có cơ quan nào có từ {LEAST_TO_NAME} phản ánh đã đến lúc đánh giá trở lên."
    if judged:
        best = max(judged, key=lambda row: (row["on_time_share"], row["judged"], row["key"]))
        worst = min(judged, key=lambda row: (row["on_time_share"], -row["judged"], row["key"]))
        said = (
            f"Trong các cơ quan có từ {LEAST_TO_NAME} phản ánh đã đến lúc đánh giá, tỷ lệ đúng hạn cao nhất là "
            f"{named(best, 'agencies', 'vi')} ({percent(best['on_time_share'])})"
        )
        if worst is not best:
            said += f", thấp nhất là {named(worst, 'agencies', 'vi')} ({percent(worst['on_time_share'])})"
        said += "."
    parts: list[str | PaperTable | Chart] = [said, _part(found, "agencies", "Bảng 3. Theo cơ quan", "Cơ quan")]
    shown = judged[:12]
    if shown:
        shares = ("on_time_share", "extended_share", "late_share")
        parts.append(
            Chart(
                "Hình 2. Đúng hạn, đúng hạn sau gia hạn, trễ hoặc quá hạn theo cơ quan",
                ["Đúng hạn", "Đúng hạn sau gia hạn", "Trễ hoặc quá hạn"],
                [named(row, "agencies", "vi") for row in shown],
                [[row[share] for row in shown] for share in shares],
                stacked=True,
            )
        )
    return parts


def _part(found: Figures, part: str, caption: str, head: str) -> PaperTable:
    rows = found.tables[part]
    told = [
        [
            named(row, part, "vi"),
            *(number(row[key]) for key in ("received", "done", "open", "overdue")),
            percent(row["on_time_share"]),
            percent(row["satisfied_share"]),
        ]
        for row in rows[:MOST_LINES]
    ]
    left = rows[MOST_LINES:]
    if left:
        sums = (number(sum(row[key] for row in left)) for key in ("received", "done", "open", "overdue"))
        told.append([f"{len(left)} dòng khác", *sums, "", ""])
    heads = [head, "Tiếp nhận", "Đã xử lý", "Đang mở", "Quá hạn", "Đúng hạn", "Hài lòng"]
    return PaperTable(caption, heads, told, [0.34, 0.11, 0.11, 0.11, 0.11, 0.11, 0.11])


def _returns(found: Figures) -> list[str | PaperTable | Chart]:
    if not found.returns:
        return ["Trong tháng không có phản ánh nào bị trả lại."]
    told = [
        [*(str(row[f"{field}_name"] or "–") for field in ("returned_by", "proposed", "went_to")), number(row["count"])]
        for row in found.returns[:MOST_LINES]
    ]
    said = f"{number(found.total['returned'])} phản ánh tiếp nhận trong tháng bị cơ quan trả lại ít nhất một lần."
    heads = ["Cơ quan trả lại", "Đề nghị chuyển đến", "Đã chuyển đến", "Số phản ánh"]
    return [said, PaperTable("Bảng 6. Trả lại giữa các cơ quan", heads, told, [0.3, 0.28, 0.28, 0.14], texts=3)]


def _faces(found: Figures) -> list[str | PaperTable | Chart]:
    total = found.total
    if not total["rated"]:
        return ["Chưa có kết quả nào của tháng được người dân đánh giá."]
    return [
        f"Người dân đánh giá {number(total['rated'])} kết quả, bằng {percent(total['rated_share'])} số phản ánh đã xử "
        f"lý: hài lòng {number(total['satisfied'])} ({percent(total['satisfied_share'])}), chấp nhận "
        f"{number(total['acceptable'])}, không hài lòng {number(total['unsatisfied'])}."
    ]


def _spots(found: Figures) -> list[str | PaperTable | Chart]:
    rule, rows = found.hot_spots["rule"], found.hot_spots["spots"]
    about = (
        f"Điểm tái diễn là nơi có từ {rule['cases']} phản ánh cùng lĩnh vực đã xử lý trong {rule['days']} ngày, cách "
        f"nhau không quá {number(rule['metres'])} m."
    )
    if not rows:
        return [f"{about} Hiện không có điểm nào."]
    told = [
        [str(row["name"]), str(row["area_name"] or "–"), str(row["agency_name"] or "–"), number(row["count"])]
        for row in rows[:MOST_LINES]
    ]
    heads = ["Lĩnh vực", "Địa bàn", "Cơ quan", "Số lần"]
    said = f"{about} Hiện có {number(len(rows))} điểm; các điểm nhiều lần nhất:"
    return [said, PaperTable("Bảng 7. Điểm tái diễn", heads, told, [0.32, 0.26, 0.3, 0.12], texts=3)]


def _appendix() -> PaperTable:
    rows = [[one["name"], one["formula"]] for one in formulas().values()]
    return PaperTable("", ["Chỉ tiêu", "Cách tính"], rows, [0.3, 0.7], texts=2)
