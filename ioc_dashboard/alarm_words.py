"""What an alarm says, in Vietnamese and English, from its facts alone; times in the city's zone.

Relative time ("for 12 minutes") is the screen's to add: it counts, and a text that changed every minute would be sent
to every screen every minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

EXERCISE = ("DIỄN TẬP: ", "EXERCISE: ")


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes of an alarm are called, Vietnamese and English; None where it names none."""

    category: tuple[str, str] | None = None
    agency: tuple[str, str] | None = None
    area: str | None = None


def words(kind: str, row: Mapping[str, Any], names: Names, zone: tzinfo) -> tuple[str, str]:
    """The alarm in Vietnamese and in English. `row`: reports, count, radius_m, facts."""
    facts = row["facts"] or {}
    if kind == "drill":
        said = (facts["words"],) * 2 if facts.get("words") else PRACTICE[facts.get("like", "storm")]
        return EXERCISE[0] + said[0], EXERCISE[1] + said[1]
    since = _time(facts.get("since"), zone)
    if kind == "urgent_untouched":
        return _urgent(row, facts, names, since)
    if kind == "storm":
        return _storm(row, names, since)
    if kind == "agency_silent":
        return _silent(row, facts, names, since)
    if kind == "handover_stuck":
        return _stuck(row, facts, names, since)
    if kind == "mailbox_failing":
        return _unread(str(facts.get("why")), since)
    return _stale(str(row["subject"]), since)


PRACTICE: dict[str, tuple[str, str]] = {
    "urgent_untouched": ("một phản ánh khẩn chưa ai xem", "an urgent report nobody has looked at"),
    "storm": ("nhiều phản ánh dồn về một nơi", "many reports in one place"),
    "agency_silent": ("một cơ quan chưa tiếp nhận phản ánh", "an agency does not accept its reports"),
    "handover_stuck": ("một hệ thống ngoài không nhận phản ánh", "an agency's own system takes no reports"),
    "mailbox_failing": ("hộp thư nhận trả lời không đọc được", "the mail box for answers cannot be read"),
    "feed_stale": ("dữ liệu trực tiếp bị chậm", "live data are late"),
}


def _time(at: Any, zone: tzinfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%H:%M %d/%m") if at else ""


def _urgent(row: Mapping[str, Any], facts: Mapping[str, Any], names: Names, since: str) -> tuple[str, str]:
    code, about = row["reports"][0], names.category or ("", "")
    vi = f"Phản ánh khẩn {code}{_listed(about[0], names.area)} chưa ai xử lý từ {since}"
    en = f"Urgent report {code}{_listed(about[1], names.area)} untouched since {since}"
    if more := facts.get("more"):
        vi, en = f"{vi}; còn {more} phản ánh khẩn khác", f"{en}; {more} more urgent ones wait"
    return vi, en


def _storm(row: Mapping[str, Any], names: Names, since: str) -> tuple[str, str]:
    about, count, metres = names.category or ("", ""), row["count"], max(10, round((row["radius_m"] or 0) / 10) * 10)
    return (
        f"{count} phản ánh dồn về một nơi{_listed(about[0], names.area)}, trong bán kính {metres} m, từ {since}",
        f"{count} reports in one place{_listed(about[1], names.area)}, within {metres} m, since {since}",
    )


def _silent(row: Mapping[str, Any], facts: Mapping[str, Any], names: Names, since: str) -> tuple[str, str]:
    agency, count = names.agency or (row["agency"],) * 2, row["count"]
    if facts.get("why") == "stalled":
        return (
            f"{agency[0]} ngừng tiếp nhận: {count} phản ánh đang chờ, cũ nhất chuyển lúc {since}",
            f"{agency[1]} has stopped accepting: {count} reports wait, the oldest dispatched at {since}",
        )
    return (
        f"{agency[0]} chưa tiếp nhận {count} phản ánh, cũ nhất chuyển lúc {since}",
        f"{agency[1]} has not accepted {count} reports, the oldest dispatched at {since}",
    )


def _stuck(row: Mapping[str, Any], facts: Mapping[str, Any], names: Names, since: str) -> tuple[str, str]:
    agency, count, dead = names.agency or (row["agency"],) * 2, row["count"], facts.get("dead")
    vi = f"Không chuyển được sang hệ thống của {agency[0]}: {count} phản ánh, từ {since}"
    en = f"The system of {agency[1]} takes nothing: {count} reports, since {since}"
    return (f"{vi}; đã thôi gửi {dead}", f"{en}; given up on {dead}") if dead else (vi, en)


_WHY_UNREAD = {
    "away": ("máy chủ thư không trả lời", "the mail server does not answer"),
    "slow": ("máy chủ thư trả lời quá chậm", "the mail server answers too slowly"),
    "certificate": ("chứng chỉ của máy chủ thư không đúng hoặc hết hạn", "the mail server's certificate is not good"),
    "tls": ("không mở được kết nối mã hóa", "no encrypted connection"),
    "password": ("máy chủ thư từ chối tên hoặc mật khẩu", "the mail server refuses the name or password"),
    "folder": ("không mở được thư mục thư", "the folder cannot be opened"),
    "answer": ("máy chủ thư trả lời không hiểu được", "the mail server answers what cannot be understood"),
}


def _unread(why: str, since: str) -> tuple[str, str]:
    vi, en = _WHY_UNREAD.get(why, _WHY_UNREAD["answer"])
    return (
        f"Không đọc được hộp thư nhận trả lời của cơ quan từ {since}: {vi}",
        f"The mail box for agencies' answers cannot be read since {since}: {en}",
    )


def _stale(subject: str, since: str) -> tuple[str, str]:
    if subject == "worker":
        return (
            f"Bộ xử lý nền ngừng từ {since}: thông báo, ảnh và nhắc hạn đang bị chậm",
            f"No worker since {since}: notices, pictures and reminders are late",
        )
    return (
        f"Dữ liệu trực tiếp bị chậm từ {since}: màn hình có thể thiếu việc mới",
        f"Live data are late since {since}: screens may lack what is new",
    )


def _listed(*parts: str | None) -> str:
    told = [part for part in parts if part]
    return f" ({', '.join(told)})" if told else ""
