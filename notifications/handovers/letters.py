"""Mails to an agency that works by mail: which facts are worth one, and how each is put into words. Pure.

Nothing of the restricted lane is put into a mail, which crosses other people's servers in clear: only that there is a
case, and where to read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from notifications.handovers.answering import reply_to
from notifications.handovers.messages import Message

#: What asks the agency for something, or takes it away, and what the mail is called. The rest it reads at the case.
WRITTEN: Final[Mapping[str, str]] = {
    "report.dispatched": "Phiếu giao xử lý",
    "report.recalled": "Thu hồi: không cần xử lý nữa",
    "report.sent_back": "Kết quả chưa đạt, đề nghị xử lý tiếp",
    "report.reopened": "Mở lại, đề nghị xử lý tiếp",
    "report.overdue": "Đã quá hạn",
    "report.question_answered": "Người dân đã trả lời",
    "report.withdrawn": "Người dân đã rút phản ánh",
    "report.checker_sent": "Đề nghị kiểm tra tại hiện trường",
    "report.checker_recalled": "Không cần kiểm tra tại hiện trường nữa",
}
#: Those for whoever is to look at the scene: nothing is accepted or resolved by answering them.
CHECKS: Final = frozenset({"report.checker_sent", "report.checker_recalled"})
_HOW = """Trả lời thư này để báo về trung tâm; dòng đầu tiên là:
  NHẬN                 cơ quan tiếp nhận
  XONG: nội dung       đã xử lý xong; đính kèm ảnh sau xử lý
  TRẢ LẠI: lý do       không thuộc cơ quan
Viết khác đi thì thư được ghi vào phản ánh như ý kiến của cơ quan."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The city as it writes. `sender` and `answers_to` are addresses; `origin` is where the desk is reached."""

    city: str
    sender: str
    answers_to: str
    origin: str
    zone: ZoneInfo
    key: bytes


def letter(message: Message, to: str, head: Letterhead, now: datetime) -> EmailMessage:
    """The mail about one fact. Its Message-ID is the same in each attempt; all mails of a case are one thread."""
    report, event = message.told["report"], str(message.told["event"])
    code, host = str(report["code"]), head.sender.rpartition("@")[2]
    mail = EmailMessage()
    about = "" if message.restricted else f" – {_line(report['category_name'])}"
    mail["Subject"] = f"[{code}] {WRITTEN[event]}{about}"
    mail["From"] = head.sender
    mail["To"] = to
    mail["Reply-To"] = reply_to(head.answers_to, code, message.agency, head.key)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.id}@{host}>"
    mail["References"] = f"<case.{code}.{message.agency}@{host}>"
    # A machine wrote it: nobody's machine answers it (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_words(message, head))
    return mail


def _words(message: Message, head: Letterhead) -> str:
    report, told = message.told["report"], message.told
    lines = [f"{WRITTEN[str(told['event'])]}: phản ánh {report['code']}", ""]
    if message.restricted:
        lines += ["Nội dung thuộc kênh hạn chế, chỉ đọc trên hệ thống.", f"{head.origin}/agency", "", head.city]
        return "\n".join(lines)
    lines += [f"{name}: {value}" for name, value in _facts(message, head) if value]
    how = [] if told["event"] in CHECKS else [_HOW, ""]
    lines += ["", f"Xem trên hệ thống: {head.origin}/agency", "", *how, head.city]
    return "\n".join(lines)


def _facts(message: Message, head: Letterhead) -> list[tuple[str, Any]]:
    report, facts = message.told["report"], message.told["data"]
    place, area = report["location"], report["area"]
    due = datetime.fromisoformat(report["due_at"]).astimezone(head.zone) if report["due_at"] else None
    at = f"{place['lat']:.6f},{place['lon']:.6f}"
    pictures = [one.get("large") or one.get("small") for one in report["media"]]
    return [
        ("Lĩnh vực", report["category_name"]),
        ("Mức", "Khẩn" if report["urgency"] == "urgent" else None),
        ("Địa bàn", area["name"] if area else None),
        ("Địa điểm", report["place"]),
        ("Tọa độ", f"{at} (geo:{at})"),
        ("Nội dung", report["description"]),
        ("Cần xem", facts.get("question")),
        ("Hạn xử lý", due.strftime("%H:%M %d/%m/%Y") if due else None),
        ("Ghi chú của trung tâm", facts.get("note") or facts.get("reason")),
        ("Trả lời của người dân", facts.get("text")),
        ("Ảnh (xem được trong 15 phút)", " ".join(filter(None, pictures))),
    ]


def _line(words: str) -> str:
    return " ".join(words.split())
