"""The lines of a calculation as sentences, Vietnamese and English. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.explaining import Line

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
UNITS = {
    "vi": {"minutes": "phút", "working_hours": "giờ làm việc", "working_days": "ngày làm việc", 
           "calendar_days": "ngày"},
    "en": {"minutes": "minutes", "working_hours": "working hours", "working_days": "working days",
           "calendar_days": "calendar days"},
}  # fmt: skip
STARTS = {
    "vi": {"received": "từ lúc nhận", "dispatched": "từ lúc chuyển xử lý", "accepted": "từ lúc cơ quan tiếp nhận"},
    "en": {"received": "from arrival", "dispatched": "from dispatch", "accepted": "from acceptance"},
}
EVENTS = {
    "vi": {"report.received": "Nhận phản ánh", "report.dispatched": "Chuyển xử lý", 
           "report.accepted": "Cơ quan tiếp nhận",
           "report.verified": "Xác minh, đổi loại hoặc mức khẩn", "report.unverified": "Bỏ xác minh",
           "report.reopened": "Mở lại"},
    "en": {"report.received": "Received", "report.dispatched": "Dispatched", "report.accepted": "Accepted",
           "report.verified": "Verified, with another kind or urgency", "report.unverified": "Verification undone",
           "report.reopened": "Reopened"},
}  # fmt: skip


def sentence(line: Line, zone: ZoneInfo, lang: str) -> str:
    """One line in words; times as the city's clocks show them."""
    return _TELL[line.kind](line.facts, _Words(zone, "vi" if lang == "vi" else "en"))


class _Words:
    def __init__(self, zone: ZoneInfo, lang: str) -> None:
        self._zone, self.lang = zone, lang

    def say(self, vi: str, en: str) -> str:
        """The one of the reader's language."""
        return vi if self.lang == "vi" else en

    def at(self, text: str) -> str:
        """A moment: 17:00 thứ Hai 09/03/2026."""
        here = datetime.fromisoformat(text).astimezone(self._zone)
        return f"{here:%H:%M} {self.day(here.date().isoformat())}"

    def day(self, text: str) -> str:
        """A day with its weekday."""
        on = date.fromisoformat(text)
        return f"{WEEKDAYS[self.lang][on.weekday()]} {on:%d/%m/%Y}"

    def level(self, data: Mapping[str, Any]) -> str:
        """A service level."""
        return f"{data['amount']} {UNITS[self.lang][data['unit']]} {STARTS[self.lang][data['starts']]}"

    def time(self, minutes: float) -> str:
        """An amount of time in hours and minutes."""
        hours, rest = divmod(round(minutes), 60)
        parts = [f"{hours} {self.say('giờ', 'h')}"] if hours else []
        parts += [f"{rest} {self.say('phút', 'min')}"] if rest or not hours else []
        return " ".join(parts)


Facts = Mapping[str, Any]


def _promise(facts: Facts, words: _Words) -> str:
    event = EVENTS[words.lang].get(facts["event"], facts["event"])
    level = f": {words.level(facts['level'])}" if facts["level"] else ""
    waits = words.say("hạn dự kiến", "expected due time") if facts["basis"] == "projected" else words.say("hạn", "due")
    return f"{words.at(facts['at'])} – {event}{level}; {waits} {words.at(facts['due'])}."


def _off(facts: Facts, words: _Words) -> str:
    name = facts.get("name") or words.say("ngày nghỉ hằng tuần", "weekend")
    days = words.day(facts["from"])
    if facts["to"] != facts["from"]:
        days = words.say(f"từ {days} đến {words.day(facts['to'])}", f"{days} to {words.day(facts['to'])}")
    return words.say(f"Nghỉ {days}: {name}, không tính.", f"Off {days}: {name}, does not count.")


def _hours(facts: Facts, words: _Words) -> str:
    spans = ", ".join(f"{opens}–{closes}" for opens, closes in facts["spans"])
    worked, total = words.time(facts["minutes"]), words.time(facts["sum"])
    said = words.say(f"{spans}, được {worked}, cộng dồn {total}", f"{spans}, {worked}, together {total}")
    return f"{_named(facts, words)}: {said}."


def _named(facts: Facts, words: _Words) -> str:
    name = f" ({facts['name']})" if facts.get("name") else ""
    day = words.day(facts["day"])
    return f"{day[0].upper()}{day[1:]}{name}"


def _extended(facts: Facts, words: _Words) -> str:
    said = words.say(facts.get("reason") or "", facts.get("reason_en") or facts.get("reason") or "")
    reason = f" ({said})" if said else ""
    was = words.at(facts["was"]) if facts.get("was") else ""
    return words.say(
        f"{words.at(facts['at'])} – {facts['by']} gia hạn từ {was} đến {words.at(facts['until'])}{reason}.",
        f"{words.at(facts['at'])} – extended by {facts['by']} from {was} to {words.at(facts['until'])}{reason}.",
    )


def _resumed(facts: Facts, words: _Words) -> str:
    worked = words.time(facts["working_minutes"])
    return words.say(
        f"{words.at(facts['to'])} – Tính tiếp; trong lúc chờ có {worked} làm việc; hạn {words.at(facts['due'])}.",
        f"{words.at(facts['to'])} – Counts again; {worked} of work passed meanwhile; due {words.at(facts['due'])}.",
    )


_TELL: dict[str, Callable[[Facts, _Words], str]] = {
    "promise": _promise,
    "from": lambda f, w: w.say(f"Tính từ {w.at(f['at'])}.", f"Counted from {w.at(f['at'])}."),
    "arrives": lambda f, w: w.say(
        f"Ngoài giờ làm việc: coi như đến lúc {w.at(f['at'])}.",
        f"Outside working hours: counts as come {w.at(f['at'])}.",
    ),
    "closed": lambda f, w: w.say(f"Hết giờ làm việc {w.day(f['day'])}.", f"Closed for {w.day(f['day'])}."),
    "first_day": lambda f, w: w.say(
        f"{_named(f, w)} là ngày đầu, không tính.", f"{_named(f, w)} is the first day and does not count."
    ),
    "day": lambda f, w: w.say(
        f"{_named(f, w)}: ngày làm việc thứ {f['number']}.", f"{_named(f, w)}: working day {f['number']}."
    ),
    "hours": _hours,
    "off": _off,
    "minutes": lambda f, w: w.say(
        f"{f['amount']} phút liên tục: {w.at(f['from'])} đến {w.at(f['to'])}.",
        f"{f['amount']} minutes day and night: {w.at(f['from'])} to {w.at(f['to'])}.",
    ),
    "calendar_days": lambda f, w: w.say(
        f"{w.day(f['from'])} cộng {f['amount']} ngày là {w.day(f['to'])}.",
        f"{w.day(f['from'])} and {f['amount']} days is {w.day(f['to'])}.",
    ),
    "ends": lambda f, w: w.say(
        f"{_named(f, w)}: hết hạn lúc hết giờ làm việc.", f"{_named(f, w)}: due at its closing hour."
    ),
    "long": lambda f, w: w.say("Quá nhiều ngày để kể từng dòng.", "Too many days to tell line by line."),
    "pause": lambda f, w: w.say(
        f"{w.at(f['from'])} – Tạm dừng: {f['by']} hỏi người gửi.",
        f"{w.at(f['from'])} – Paused: {f['by']} asked the reporter.",
    ),
    "resumed": _resumed,
    "extended": _extended,
    "nearer": lambda f, w: w.say(
        f"{w.at(f['at'])} – Hạn đến gần hơn, theo phản ánh gộp vào: {w.at(f['due'])}.",
        f"{w.at(f['at'])} – Due earlier, as promised to a merged report: {w.at(f['due'])}.",
    ),
    "moved": lambda f, w: w.say(
        f"{w.at(f['at'])} – Hạn đổi thành {w.at(f['due'])}.", f"{w.at(f['at'])} – Due {w.at(f['due'])} from now on."
    ),
    "differs": lambda f, w: w.say(
        f"Theo lịch hôm nay sẽ là {w.at(f['counted'])}; lịch đổi sau không đổi hạn đã báo: {w.at(f['due'])}.",
        f"By today's calendar {w.at(f['counted'])}; a later change moves no due time given out: {w.at(f['due'])}.",
    ),
    "unlike": lambda f, w: w.say(
        f"Tính lại ra {w.at(f['counted'])}, khác hạn đã báo {w.at(f['due'])}; hạn đã báo là hạn đúng.",
        f"Counted again it is {w.at(f['counted'])}, not {w.at(f['due'])}, which was given out and holds.",
    ),
    "holder": lambda f, w: w.say(
        f"{f['agency']}: đã giữ {w.time(f['used_minutes'])} làm việc"
        + (f", hạn riêng {w.at(f['due'])}." if f.get("due") else "."),
        f"{f['agency']}: has had it for {w.time(f['used_minutes'])} of work"
        + (f", its own due time {w.at(f['due'])}." if f.get("due") else "."),
    ),
    "result": lambda f, w: w.say(f"Hạn: {w.at(f['due'])}.", f"Due: {w.at(f['due'])}."),
    "result_paused": lambda f, w: w.say(
        f"Đồng hồ đang dừng; hạn còn hiện {w.at(f['due'])}.", f"The clock waits; it stood at {w.at(f['due'])}."
    ),
}
