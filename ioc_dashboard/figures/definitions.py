"""What each figure is: its formula in both languages, its unit, and the condition that picks its cases.

Pure data. The number and the list behind it are made from the same condition, over the columns of `cases.facts_sql`, so
they cannot disagree. One cohort for all but `finished`: the reports received in the period, without those that were
withdrawn or merged into another (what was merged is counted with the report that leads it). Everything is as of now.
"""

from dataclasses import dataclass
from typing import Literal

from reports.measures import EXTENDED, LATE, ON_TIME

Unit = Literal["cases", "minutes", "share"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure. `condition` is SQL that picks its cases; units: cases, minutes, or a share 0..1 of cases."""

    key: str
    vi: str
    en: str
    formula_vi: str
    formula_en: str
    condition: str = ""
    unit: Unit = "cases"


def _cases(key: str, vi: str, en: str, formula_vi: str, formula_en: str, condition: str) -> Definition:
    return Definition(key, vi, en, formula_vi, formula_en, f"counted AND ({condition})")


COUNTS: tuple[Definition, ...] = (
    _cases(
        "received", "Tiếp nhận", "Received",
        "Số phản ánh tiếp nhận trong kỳ, không tính phản ánh đã rút và phản ánh đã gộp vào phản ánh khác.",
        "Reports received in the period, without those withdrawn or merged into another.",
        "true",
    ),
    _cases(
        "done", "Đã xử lý", "Done",
        "Trong số tiếp nhận: kết quả đã công khai hoặc đã đóng.",
        "Of those received: the result is published or closed.",
        "done",
    ),
    _cases(
        "rejected", "Từ chối", "Rejected",
        "Trong số tiếp nhận: bị từ chối, có lý do.",
        "Of those received: declined, with a reason.",
        "rejected",
    ),
    _cases(
        "open", "Đang mở", "Open",
        "Trong số tiếp nhận: chưa đã xử lý và chưa bị từ chối.",
        "Of those received: neither done nor rejected yet.",
        "open",
    ),
    _cases(
        "overdue", "Đang mở, quá hạn", "Open and overdue",
        "Đang mở và đã qua hạn xử lý; đồng hồ đang tạm dừng chờ người dân thì không tính.",
        "Open and past the due time; a clock that waits for the resident does not count.",
        "overdue",
    ),
    _cases(
        "on_time", "Đúng hạn", "In time",
        "Đã xử lý, cơ quan báo kết quả không muộn hơn hạn ban đầu (hạn trước khi gia hạn).",
        "Done, with the agency's result no later than the first promise (the due time before any extension).",
        ON_TIME,
    ),
    _cases(
        "extended", "Đúng hạn sau gia hạn", "In time after extension",
        "Đã xử lý, muộn hơn hạn ban đầu nhưng không muộn hơn hạn đã gia hạn.",
        "Done, later than the first promise but by the extended due time.",
        EXTENDED,
    ),
    _cases(
        "late", "Trễ hạn", "Late",
        "Đã xử lý, cơ quan báo kết quả sau hạn cuối cùng.",
        "Done, with the agency's result after the last due time.",
        LATE,
    ),
    _cases(
        "judged", "Đã đến lúc đánh giá", "Judged",
        "Đã xử lý + đang mở quá hạn: mẫu số của tỷ lệ đúng hạn.",
        "Done + open and overdue: the denominator of the on-time shares.",
        "done OR overdue",
    ),
    _cases(
        "not_on_time", "Trễ hoặc quá hạn", "Late or overdue",
        "Trễ hạn + đang mở quá hạn.",
        "Late + open and overdue.",
        f"({LATE}) OR overdue",
    ),
    _cases(
        "rated", "Có đánh giá", "Rated",
        "Đã xử lý và được người gửi đánh giá.",
        "Done and rated by the reporter.",
        "done AND rating IS NOT NULL",
    ),
    _cases(
        "satisfied", "Hài lòng", "Satisfied",
        "Có đánh giá là hài lòng.", "Rated satisfied.",
        "done AND rating = 'satisfied'",
    ),
    _cases(
        "acceptable", "Chấp nhận", "Acceptable",
        "Có đánh giá là chấp nhận.", "Rated acceptable.",
        "done AND rating = 'acceptable'",
    ),
    _cases(
        "unsatisfied", "Không hài lòng", "Unsatisfied",
        "Có đánh giá là không hài lòng.", "Rated unsatisfied.",
        "done AND rating = 'unsatisfied'",
    ),
    _cases(
        "returned", "Bị trả lại", "Returned",
        "Trong số tiếp nhận: cơ quan đã trả lại ít nhất một lần.",
        "Of those received: returned by an agency at least once.",
        "returned",
    ),
    _cases(
        "unproven", "Thiếu minh chứng", "Without proof",
        "Đã xử lý mà không có ảnh sau xử lý, hoặc có yêu cầu minh chứng không đạt (kể cả khi được chấp nhận).",
        "Done without an after-photo, or with a rule of proof that was not kept (let pass or not).",
        "done AND unproven",
    ),
    _cases(
        "overridden", "Trưởng ca chấp nhận minh chứng", "Proof let pass",
        "Đã xử lý và trưởng ca chấp nhận minh chứng không đủ, có ghi lý do.",
        "Done although a supervisor had to let the proof pass, with a reason.",
        "done AND overridden",
    ),
    _cases(
        "audited", "Đã hậu kiểm", "Audited",
        "Đã xử lý, được bốc thăm và đã kiểm tra lại.",
        "Done, drawn by lot and looked at again.",
        "done AND audited",
    ),
    _cases(
        "audit_failed", "Hậu kiểm không đạt", "Audits failed",
        "Đã hậu kiểm và ít nhất một lần không đạt.",
        "Audited, and failed at least once.",
        "done AND audit_failed",
    ),
)  # fmt: skip

FINISHED = Definition(
    "finished", "Hoàn thành", "Finished",
    "Số phản ánh công khai kết quả trong kỳ (trong ngày), bất kể tiếp nhận khi nào.",
    "Reports whose result was published in the period (on the day), whenever they were received.",
    "finished",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases, 0..1: figure `of` divided by figure `among`; null when `among` is nought."""

    key: str
    of: str
    among: str
    vi: str
    en: str


SHARES: tuple[Share, ...] = (
    Share("on_time_share", "on_time", "judged", "Tỷ lệ đúng hạn", "In time, share"),
    Share("extended_share", "extended", "judged", "Tỷ lệ đúng hạn sau gia hạn", "In time after extension, share"),
    Share("late_share", "not_on_time", "judged", "Tỷ lệ trễ hoặc quá hạn", "Late or overdue, share"),
    Share("rated_share", "rated", "done", "Tỷ lệ có đánh giá", "Response rate"),
    Share("satisfied_share", "satisfied", "rated", "Tỷ lệ hài lòng", "Satisfied, share"),
    Share("unproven_share", "unproven", "done", "Tỷ lệ thiếu minh chứng", "Without proof, share"),
    Share("audit_failed_share", "audit_failed", "audited", "Tỷ lệ hậu kiểm không đạt", "Audits failed, share"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a case's way between two milestones, each a column of `cases.facts_sql`."""

    key: str
    begins: str
    ends: str
    vi: str
    en: str
    formula_vi: str
    formula_en: str


_UNDONE_VI = "Mốc đã bị hủy (bỏ xác minh, trả lại, thu hồi, làm lại, mở lại) không còn tính."
_UNDONE_EN = "A milestone that was undone (unverified, returned, recalled, sent back, reopened) no longer counts."

STEPS: tuple[Step, ...] = (
    Step(
        "verify", "received_at", "verified_at", "Tiếp nhận → xác minh", "Received → verified",
        f"Từ lúc nhận đến lần xác minh cuối cùng còn hiệu lực. {_UNDONE_VI}",
        f"From receipt to the last verification in force. {_UNDONE_EN}",
    ),
    Step(
        "dispatch", "verified_at", "dispatched_at", "Xác minh → chuyển xử lý", "Verified → dispatched",
        f"Từ lần xác minh còn hiệu lực đến lần chuyển xử lý còn hiệu lực: vòng trả lại tính cả vào đây. {_UNDONE_VI}",
        f"From the verification to the dispatch in force: what was lost in returns counts here. {_UNDONE_EN}",
    ),
    Step(
        "accept", "dispatched_at", "accepted_at", "Chuyển xử lý → tiếp nhận xử lý", "Dispatched → accepted",
        f"Từ lần chuyển còn hiệu lực đến lúc cơ quan nhận. {_UNDONE_VI}",
        f"From the dispatch in force to the agency's acceptance. {_UNDONE_EN}",
    ),
    Step(
        "resolve", "accepted_at", "resolved_at", "Tiếp nhận xử lý → có kết quả", "Accepted → resolved",
        f"Từ lúc cơ quan nhận đến kết quả còn hiệu lực; thời gian làm lại tính cả vào đây. {_UNDONE_VI}",
        f"From the acceptance to the result in force; doing it again counts here. {_UNDONE_EN}",
    ),
    Step(
        "publish", "resolved_at", "published_at", "Có kết quả → công khai", "Resolved → published",
        f"Từ kết quả còn hiệu lực đến lúc công khai. {_UNDONE_VI}",
        f"From the result in force to its publication. {_UNDONE_EN}",
    ),
    Step(
        "whole", "received_at", "published_at", "Toàn bộ: tiếp nhận → công khai", "Whole way: received → published",
        "Từ lúc nhận đến lần công khai đang có hiệu lực.", "From receipt to the publication in force.",
    ),
)  # fmt: skip


def step_condition(step: Step, *, working: bool = False) -> str:
    """SQL that picks the cases a step was measured on: both milestones are there (and the level is in working time)."""
    both = f"counted AND {step.begins} IS NOT NULL AND {step.ends} IS NOT NULL"
    return f"{both} AND working" if working else both


CONDITIONS: dict[str, str] = {
    **{one.key: one.condition for one in (*COUNTS, FINISHED)},
    **{f"step_{step.key}": step_condition(step) for step in STEPS},
    **{f"step_{step.key}_working": step_condition(step, working=True) for step in STEPS},
}
"""Every figure whose rows are picked by a condition on the case alone; `returns` and `hot_spot` have their own."""

FIGURES = (*CONDITIONS, "returns", "hot_spot")


def formulas() -> dict[str, dict[str, str]]:
    """Figure -> its name, unit and formula in both languages, for screens, the workbook and the appendix."""
    told: dict[str, dict[str, str]] = {}
    for one in (*COUNTS, FINISHED):
        told[one.key] = _told(one.vi, one.en, one.unit, one.formula_vi, one.formula_en)
    by_key = {one.key: one for one in COUNTS}
    for share in SHARES:
        of, among = by_key[share.of], by_key[share.among]
        told[share.key] = _told(share.vi, share.en, "share", f"{of.vi} / {among.vi}", f"{of.en} / {among.en}")
    for step in STEPS:
        told[f"step_{step.key}"] = _told(step.vi, step.en, "minutes", step.formula_vi, step.formula_en)
    told["percentiles"] = _told(
        "Trung vị, p90", "Median, p90", "minutes",
        "Trung vị: một nửa số ca nhanh hơn. p90: chín phần mười số ca nhanh hơn (nội suy tuyến tính). Phút đồng hồ "
        "tính cả đêm và ngày nghỉ; phút làm việc chỉ tính giờ làm việc theo lịch của thành phố, cho các ca có thời "
        "hạn tính bằng giờ hoặc ngày làm việc.",
        "Median: half of the cases are faster. p90: nine tenths are faster (linear between neighbours). Minutes of "
        "the clock run day and night; working minutes count the city's working hours only, for cases whose service "
        "level is in working hours or days.",
    )  # fmt: skip
    told["returns"] = _told(
        "Trả lại giữa các cơ quan", "Returns between agencies", "cases",
        "Số phản ánh mà một cơ quan trả lại, theo cơ quan được đề nghị và cơ quan thực sự được chuyển đến sau đó. "
        "Một phản ánh được tính một lần cho mỗi bộ ba.",
        "Reports that one agency returned, by the agency it proposed and the one they really went to next. A report "
        "counts once for each of the three together.",
    )  # fmt: skip
    told["hot_spot"] = _told(
        "Điểm tái diễn", "Hot spot", "cases",
        "Các ca đã xử lý của điểm nóng: cùng lĩnh vực, gần nhau theo bán kính và số ngày ghi cùng bảng, tính đến nay.",
        "Done cases of the hot spot: one category, within the radius and days named with the table, up to now.",
    )  # fmt: skip
    return told


def _told(vi: str, en: str, unit: str, formula_vi: str, formula_en: str) -> dict[str, str]:
    return {"name": vi, "name_en": en, "unit": unit, "formula": formula_vi, "formula_en": formula_en}
