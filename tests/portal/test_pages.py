"""The pages from plain values: escaped, complete in every state, whole without the built front end."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from portal import pages
from portal.environment import View, percent
from portal.filters import Filters
from portal.questions import questions_of
from portal.story import STEPS, choices, steps
from reports.lifecycle import State, public_status

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EVIL = '<script>alert("x")</script>'
VOID = {"meta", "link", "input", "img", "br", "path", "circle", "rect", "source"}


class Balanced(HTMLParser):
    """Fails where tags are not closed in order; collects ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, (tag, self.open[-3:])


def check(html: str) -> str:
    """The page, which is well formed, has every id once, and no inline script or style."""
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert EVIL not in html and " style=" not in html and "<style" not in html and " onclick" not in html
    return html


def view(locale: str = "vi", **changes: Any) -> View:
    return View(NOW, locale, **{"city": "Vũng Tàu", "base_url": "https://x", "csrf": "c", "key": "k", **changes})


def report(**changes: Any) -> dict[str, Any]:
    photo: dict[str, Any] = {"id": "1", "role": "report", "state": "ready", "small": "/s", "large": "/l", "name": EVIL}
    photo |= {"width": 1600, "height": 1200, "refusal": None, "kind": "image", "video": None, "duration_s": None}
    return {
        "code": "AAAA1111",
        "state": "published",
        "public_status": "done",
        "category": "road-pothole",
        "category_name": "Ổ gà",
        "category_icon": "pothole",
        "area": {"code": "1", "name": "Phường Vũng Tàu"},
        "lead": "ward",
        "lead_name": "UBND",
        "description": EVIL,
        "received_at": NOW.isoformat(),
        "published_at": NOW.isoformat(),
        "resolved_at": NOW.isoformat(),
        "due_at": (NOW + timedelta(hours=1)).isoformat(),
        "promised_at": (NOW + timedelta(hours=1)).isoformat(),
        "due_basis": "running",
        "on_time": True,
        "location": {"lon": 107.0, "lat": 10.0, "accuracy_m": 5},
        "location_coarsened": False,
        "media": [photo, {**photo, "role": "proof"}],
        "public_answer": f"Dòng một\n{EVIL}",
        "resolution": {"summary": EVIL},
        "rating": {"rating": "satisfied", "comment": EVIL},
        "question": None,
        "rejection": None,
        **changes,
    }


COUNTS = {"waiting": 1, "in_progress": 1234, "done": 2, "on_time": 1, "overdue": 0, "on_time_share": 0.9996}
CHOICES: dict[str, Any] = {
    "categories": [{"code": "road", "parent": None, "name": EVIL, "icon": "road"}],
    "areas": [{"code": "1", "name": EVIL}],
    "agencies": [],
    "bounds": [107.0, 10.0, 107.2, 10.5],
}


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_list(locale: str) -> None:
    features = {
        "features": [{"properties": report()}, {"properties": report(code="B", media=[], area=None, rating=None)}]
    }
    html = check(pages.list_page(view(locale), features, COUNTS, CHOICES, Filters()))
    assert ("99,9 %" if locale == "vi" else "99.9%") in html
    assert ("1.234" if locale == "vi" else "1,234") in html


def test_the_list_keeps_its_filters_in_every_address() -> None:
    filters = Filters(q="ổ gà & cống", category="road", bbox=(107.0, 10.0, 107.25, 10.5))
    html = check(pages.list_page(view(), {"features": [], "next": "5-A"}, COUNTS, CHOICES, filters))
    address = "category=road&amp;q=%E1%BB%95+g%C3%A0+%26+c%E1%BB%91ng&amp;bbox=107%2C10%2C107.25%2C10.5"
    assert f'href="/?{address}&amp;after=5-A"' in html and f"/tiles/reports/{{z}}/{{x}}/{{y}}.mvt?{address}" in html
    assert f'href="/feed.rss?{address}"' in html and f'href="/feed.atom?{address}"' in html


def test_an_empty_city() -> None:
    counts = {**dict.fromkeys(COUNTS, 0), "on_time_share": None}
    html = check(pages.list_page(view(), {"features": []}, counts, CHOICES, Filters()))
    assert "Chưa có kết quả nào được công khai" in html


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"media": []},
        {"on_time": False, "due_at": (NOW - timedelta(days=1)).isoformat()},
        {"public_answer": None, "resolution": None, "rating": None, "area": None, "lead_name": None},
        {"location_coarsened": True, "description": ""},
    ],
)
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_published_report(locale: str, changes: dict[str, Any]) -> None:
    check(pages.report_page(view(locale), report(**changes)))


def tracking_of(state: State, **changes: Any) -> dict[str, Any]:
    status = "waiting" if state in (State.AWAITING_RESIDENT, State.MERGED) else public_status(state)
    return report(state=state.value, public_status=status, **changes)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_tracking_page_in_every_state(locale: str, state: State) -> None:
    asked = {"text": EVIL, "asked_at": NOW.isoformat()} if state is State.AWAITING_RESIDENT else None
    declined = {"reason": "x", "public_answer": EVIL} if state is State.REJECTED else None
    made = tracking_of(state, question=asked, rejection=declined)
    refused = {"state": "refused", "refusal": {"code": "polyglot", "detail": EVIL}}
    made["media"].append({**made["media"][0], **refused})
    made["media"].append({**made["media"][0], "state": "processing"})
    entries = [
        {"event": "report.question_asked", "at": NOW, "data": {"question": EVIL}},
        {"event": "report.claimed", "at": NOW},
    ]
    html = check(pages.tracking_page(view(locale), made, entries, {}, sent=state is State.RECEIVED))
    allowed = choices(made)
    for command, address in (("rate", "rating"), ("reopen", "reopen"), ("withdraw", "withdraw")):
        assert (f"/t/AAAA1111/{address}" in html) == allowed[command], (state, command)
    assert ("/t/AAAA1111/answer" in html) == allowed["answer"]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_tracking_page_of_a_merged_report_is_where_its_lead_is(locale: str) -> None:
    due = (NOW - timedelta(days=1)).isoformat()
    leading = {
        **{
            "code": "BBBB2222",
            "state": "in_progress",
            "public_status": "in_progress",
            "lead_name": EVIL,
            "due_at": due,
        },
        **{"due_basis": "running", "public_answer": None, "summary": None, "rejection": None, "result": None},
    }
    entries = [{"event": "report.lead_moved", "at": NOW, "data": {"event": "report.accepted", "agency": "x"}}]
    made = report(state="merged", public_status="in_progress", leading=leading)
    html = check(pages.tracking_page(view(locale), made, entries, {"x": "Đội Cầu đường"}))
    assert [step["state"] for step in steps(made)] == ["past", "past", "now", "next"]
    assert "Đội Cầu đường" in html
    assert "/t/AAAA1111/withdraw" in html and "/t/AAAA1111/rating" not in html
    done = {**leading, "state": "published", "public_status": "done", "summary": EVIL, "public_answer": EVIL}
    made = report(state="merged", public_status="done", leading={**done, "result": report(code="BBBB2222")})
    html = check(pages.tracking_page(view(locale), made, [], {}))
    assert "/t/AAAA1111/rating" in html and 'href="/reports/BBBB2222"' in html
    refused = {**leading, "state": "rejected", "public_status": "rejected", "rejection": EVIL}
    check(pages.tracking_page(view(locale), report(state="merged", public_status="rejected", leading=refused), [], {}))


def test_steps_follow_the_state() -> None:
    assert [step["state"] for step in steps(tracking_of(State.RECEIVED))] == ["now", "next", "next", "next"]
    assert [step["state"] for step in steps(tracking_of(State.RESOLVED))] == ["past", "past", "now", "next"]
    assert [step["name"] for step in steps(tracking_of(State.CLOSED))] == list(STEPS)
    assert steps(tracking_of(State.REJECTED)) == steps(tracking_of(State.WITHDRAWN)) == []


def test_a_paused_clock_is_never_overdue() -> None:
    late = (NOW - timedelta(days=1)).isoformat()
    asked = {"text": "?", "asked_at": NOW.isoformat()}
    paused = tracking_of(State.AWAITING_RESIDENT, due_at=late, due_basis="paused", question=asked)
    html = pages.tracking_page(view(), paused, [], {})
    assert "tạm dừng" in html and "quá hạn" not in html
    running = pages.tracking_page(view(), tracking_of(State.IN_PROGRESS, due_at=late), [], {})
    assert "quá hạn 1 ngày" in running


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_form_shows_again_what_was_typed(locale: str) -> None:
    ask: dict[str, Any] = {"size": {"type": "string", "title": "Cỡ", "enum": ["s", "l"], "titles": {"s": "Nhỏ"}}}
    ask |= {"deep": {"type": "boolean", "title": EVIL}, "pole": {"type": "integer", "title": "Số"}}
    ask |= {"of": {"type": "string", "title": EVIL, "enum": list("abcdef"), "description": EVIL}}
    questions = questions_of({"properties": ask, "required": ["size"]}, locale)
    kind = {"code": "road-pothole", "name": EVIL, "icon": "pothole", "find": EVIL, "anonymous": False}
    kind |= {"stopper": {"text": EVIL, "phone": "114"}, "questions": questions, "voice": False, "words": True}
    answers = {"answer.road-pothole.size": "s", "answer.road-pothole.of": "c"}
    entered = pages.Entered("road-pothole", description=EVIL, place=EVIL, area="1", answers=answers, calm=True)
    groups = [{"name": "", "likely": True, "children": [kind]}]
    faults = [pages.Fault(EVIL, "step-place"), pages.Fault(EVIL)]
    html = check(pages.new_page(view(locale), groups, CHOICES, limits=pages.Limits(), entered=entered, faults=faults))
    assert 'value="road-pothole" required checked' in html and '<option value="c" selected>' in html
    assert 'name="answer.road-pothole.size" value="s" checked' in html
    assert 'name="calm.road-pothole" value="true" data-calm checked' in html
    assert html.count("&lt;script&gt;") >= 9 and 'href="#step-place"' in html


def test_own_reports_and_notices() -> None:
    notice = {"id": 1, "event": "x", "report": "AAAA1111", "title": EVIL, "body": EVIL, "at": NOW, "read": False}
    asked = tracking_of(State.AWAITING_RESIDENT)
    html = check(pages.mine_page(view(unread=1), [asked, report(media=[])], [notice, {**notice, "report": None}]))
    assert "Cần bạn trả lời" in html
    assert "Bạn chưa gửi phản ánh nào" in check(pages.mine_page(view(), [], []))


@pytest.mark.parametrize("kind", [*pages.PROBLEMS, "something new"])
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_problems(locale: str, kind: str) -> None:
    check(pages.problem_page(view(locale), kind))


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0"), (0.57, "57"), (29 / 35, "82,9"), (6 / 35, "17,1"), (0.9996, "99,9"), (0.0003, "0,1"), (1.0, "100")],
)
def test_a_share_is_rounded_as_everybody_rounds_and_all_is_all(share: float, shown: str) -> None:
    assert percent(share, "vi") == f"{shown} %" and percent(share, "en") == f"{shown.replace(',', '.')}%"
