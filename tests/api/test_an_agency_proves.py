"""An agency cannot close without the proof its category asks for; the same picture cannot prove two cases; a photo
taken 500 m away is refused; a phone without GPS warns and is shown to the approver.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.api.conftest import Doors
from tests.api.proof_scene import ANSWER, Officer, away, grades, just_now, photo, sent_on


@pytest.fixture
def officer(doors: Doors, database_url: str) -> Officer:
    made = Officer(doors, database_url)
    made.ask_for_everything()
    return made


def refused(answer: Any) -> list[tuple[str, str]]:
    """(rule, field) of everything a refused result failed by."""
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["type"] == "/problems/proof-refused" and len(problem["errors"]) == len(problem["findings"])
    return [
        (finding["code"], error["pointer"])
        for finding, error in zip(problem["findings"], problem["errors"], strict=True)
    ]


def test_without_proof_nothing_closes_and_nothing_is_lost(officer: Officer) -> None:
    code = officer.case()
    before = officer.seen(code)
    assert refused(officer.resolve(code)) == [("photo", "/media")]
    assert refused(officer.resolve(code, summary="Đã xử lý xong")) == [("photo", "/media"), ("words", "/summary")]
    far = photo(1, at=away(500), fix=just_now())
    assert refused(officer.resolve(code, far)) == [("near", "/media/0")]
    old = photo(2, fix=just_now() - timedelta(hours=3))
    good = photo(3, fix=just_now())
    assert refused(officer.resolve(code, good, old)) == [("after", "/media/1")]
    assert officer.seen(code) == before, "a refused result changes nothing"
    report = officer.resolve(code, good).json()
    assert (report["state"], report["proof"]["worst"]) == ("resolved", "ok")
    assert grades(report) == dict.fromkeys(("photo", "words", "near", "after", "unique"), "ok")
    # What the worker knows later is the same, and its own fingerprint of a copy takes nothing back.
    media = next(one["id"] for one in report["media"] if one["role"] == "proof")
    assert not officer.compared(media, "f0e1d2c3b4a59687")
    assert officer.doors.give("operator", "approve", code)["state"] == "published"


def test_the_same_picture_cannot_prove_two_cases(officer: Officer) -> None:
    first, second, third = officer.case(), officer.case(), officer.case()
    same = photo(4, fix=just_now())
    taken = officer.resolve(first, same).json()
    assert refused(officer.resolve(second, same)) == [("unique", "/media/0")]
    # Another file that shows the same, smaller and encoded anew: taken, and at no moment to be approved.
    passed = officer.resolve(second, sent_on(same, fix=just_now())).json()
    assert (grades(taken)["unique"], grades(passed)["unique"]) == ("ok", "fail")
    turned = officer.resolve(
        officer.case(), sent_on(same, fix=just_now(), moved=Image.Transpose.ROTATE_270), photo(44, fix=just_now())
    ).json()["proof"]["findings"]
    held = [(one["severity"], one["facts"].get("turned")) for one in turned if one["code"] == "unique"]
    assert held == [("fail", 90), ("ok", None)], "turned by a quarter, it is the same picture still"
    answer = officer.doors.client.post(
        f"/api/v1/reports/{second}/approve", json={}, headers=officer.doors.headers("supervisor")
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/proof-failed")
    assert answer.json()["report"]["proof"]["worst"] == "fail"
    reason = {"reason": "hai ổ gà kề nhau, một ảnh"}
    path, by = f"/api/v1/reports/{second}/override_proof", officer.doors.headers("operator")
    assert officer.doors.client.post(path, json=reason, headers=by).status_code == 403
    told = officer.doors.give("supervisor", "override_proof", second, **reason)
    assert told["proof"]["override"]["by"] == "supervisor", told  # type: ignore[index]
    assert officer.doors.give("operator", "approve", second)["state"] == "published"
    # What was sent back is judged anew, and its own picture may be handed in again.
    officer.doors.give("operator", "send_back", first, reason="chụp rõ hơn")
    assert officer.resolve(first, same).status_code == 200
    assert refused(officer.resolve(third, same)) == [("unique", "/media/0")]
    # Where proof cannot be had, a supervisor says so before the result.
    officer.doors.give("supervisor", "override_proof", third, reason="khu vực cấm chụp ảnh")
    assert officer.resolve(third, summary="xong").json()["state"] == "resolved"


def test_where_nobody_approves_a_copy_waits_for_somebody(officer: Officer) -> None:
    officer.ask("""UPDATE category SET proof = '{"unique": true}' WHERE code = 'no-approval'""")
    same = photo(5)
    assert officer.resolve(officer.case(), same, summary=ANSWER).status_code == 200
    copied, own = officer.case("no-approval"), officer.case("no-approval")
    assert officer.resolve(own, photo(6)).json()["state"] == "published"
    taken = officer.resolve(copied, sent_on(same)).json()
    assert (taken["state"], grades(taken)["unique"]) == ("resolved", "fail")
    refusal = officer.doors.client.post(
        f"/api/v1/reports/{copied}/approve", json={}, headers=officer.doors.headers("operator")
    )
    assert refusal.json()["type"] == "/problems/proof-failed"
    assert officer.doors.give("operator", "send_back", copied, reason="ảnh của ca khác")["state"] == "in_progress"
    assert officer.resolve(copied, photo(7)).json()["state"] == "published"


def test_what_is_found_after_the_publication_is_brought_before_the_supervisor(officer: Officer) -> None:
    def brought(who: str) -> list[tuple[str, str, bool]]:
        answer = officer.doors.client.get("/api/v1/escalations", headers=officer.doors.headers(who))
        found = answer.json()["escalations"]
        return [(one["report"], one["cause"], one["cleared_at"] is None) for one in found if one["cause"] == "proof"]

    first, second = officer.case(), officer.case()
    ids = []
    for code, seed in ((first, 21), (second, 22)):
        report = officer.resolve(code, photo(seed, fix=just_now())).json()
        ids.append(next(one["id"] for one in report["media"] if one["role"] == "proof"))
    # A film has no fingerprint before its poster is made, and nobody waits for that.
    known = officer.ask("SELECT phash FROM attachment WHERE id = CAST(:id AS uuid)", id=ids[0])[0].phash
    officer.ask("UPDATE attachment SET phash = NULL WHERE id = CAST(:id AS uuid)", id=ids[1])
    officer.doors.give("operator", "approve", second)
    assert officer.compared(ids[1], known) and not officer.compared(ids[1], known)
    seen = officer.seen(second)
    assert (seen["state"], seen["proof"]["worst"]) == ("published", "fail") and seen["proof"]["failed_at"]
    assert [brought(who) for who in ("supervisor", "leader", "lead")] == [[(second, "proof", True)], [], []]
    told = officer.doors.client.get(f"/api/v1/reports/{second}/timeline", headers=officer.doors.headers("operator"))
    facts = [one["data"] for one in told.json()["entries"] if one["event"] == "report.escalated"]
    assert [(one["reason"], one["to"]) for one in facts] == [("proof-failed", "supervisor")]
    # Whoever looks at the result again has seen to it.
    officer.doors.give("operator", "audit", second, result="failed", note="ảnh của ca khác")
    officer.swept()
    assert brought("supervisor") == [(second, "proof", False)]


def test_a_photo_of_the_work_is_judged_as_any_other(officer: Officer) -> None:
    code, lead = officer.case(), officer.doors.headers("lead")
    early = photo(12, taken=just_now() - timedelta(hours=3), offset="+00:00")
    assert refused(officer.resolve(code, early)) == [("after", "/media/0")]

    def post(path: str, body: dict[str, Any]) -> Any:
        headers = {**lead, "Idempotency-Key": str(uuid4())}
        return officer.doors.client.post(f"/api/v1/{path}", json=body, headers=headers)

    task = post(f"reports/{code}/tasks", {"what": "Vá"}).json()["id"]
    done = post(f"tasks/{task}/result", {"state": "done", "words": "Đã vá.", "media": [officer.upload(early)]}).json()
    # The way round by a crew's photo forgets nothing of when it was taken.
    work = [one["id"] for one in done["media"]]
    assert refused(post(f"reports/{code}/resolve", {"summary": ANSWER, "work": work})) == [("after", "/media/0")]


def test_a_time_that_is_still_to_come_proves_nothing(officer: Officer) -> None:
    wrong = photo(13, taken=just_now() + timedelta(days=900), offset="+00:00")
    report = officer.resolve(officer.case(), wrong).json()
    after = next(one for one in report["proof"]["findings"] if one["code"] == "after")
    assert (after["severity"], after["facts"]["why"]) == ("warn", "to-come")
    # A fix of the satellites beside it is good.
    right = photo(14, taken=just_now() + timedelta(days=900), offset="+00:00", fix=just_now())
    assert grades(officer.resolve(officer.case(), right).json())["after"] == "ok"


def test_what_a_supervisor_let_pass_of_one_agency_is_not_let_pass_of_the_next(officer: Officer) -> None:
    code = officer.case()
    officer.doors.give("supervisor", "override_proof", code, reason="khu vực cấm chụp ảnh")
    officer.doors.give("lead", "return", code, reason="không thuộc thẩm quyền")
    officer.doors.give("operator", "dispatch", code)
    officer.doors.give("lead", "accept", code)
    assert refused(officer.resolve(code)) == [("photo", "/media")]


def test_the_resident_s_own_picture_proves_nothing(officer: Officer) -> None:
    code, same = officer.case(), photo(6, fix=just_now())
    upload = officer.upload(same, "reporter")
    sent = officer.doors.client.post(
        f"/api/v1/reports/{code}/media", json={"media": [upload]}, headers=officer.doors.headers("reporter")
    )
    assert sent.status_code == 200, sent.text
    answer = officer.resolve(code, same)
    assert refused(answer) == [("unique", "/media/0")]
    assert answer.json()["findings"][0]["facts"]["own"] is True


def test_a_phone_without_gps_warns_and_is_shown(officer: Officer) -> None:
    bare = photo(7, at=None, taken=just_now().replace(year=2020))
    report = officer.resolve(officer.case(), bare).json()
    assert (report["state"], report["proof"]["worst"]) == ("resolved", "warn")
    why = {one["code"]: one["facts"].get("why") for one in report["proof"]["findings"]}
    assert (why["near"], why["after"]) == ("no-position", "no-zone")
    seen = officer.seen(report["code"])
    assert seen["proof"] == report["proof"] and "proof" not in officer.seen(report["code"], "reporter")
    asks = seen["proof"]["asks"]
    assert (asks["photo"], asks["within_m"], asks["binding"]) == (
        True,
        200.0,
        ["after", "near", "photo", "unique", "words"],
    )


def test_a_category_that_binds_nothing_only_warns(officer: Officer) -> None:
    report = officer.resolve(officer.case("pothole"), photo(8, at=away(900)), summary="xong").json()
    assert report["state"] == "resolved"
    assert (grades(report)["near"], grades(report)["words"], report["proof"]["worst"]) == ("warn", "warn", "warn")
    assert officer.doors.give("operator", "approve", report["code"])["state"] == "published"


def test_lists_of_second_looks(officer: Officer) -> None:
    def listed(who: str, query: str) -> Any:
        answer = officer.doors.client.get(f"/api/v1/reports?{query}", headers=officer.doors.headers(who))
        return [one["code"] for one in answer.json()["reports"]] if answer.status_code == 200 else answer.status_code

    officer.ask("UPDATE category SET audit_share = 1 WHERE code = 'pothole'")
    code = officer.case("pothole")
    officer.resolve(code, summary="Đã vá mặt đường bằng nhựa nóng")
    officer.doors.give("operator", "approve", code)
    assert listed("operator", "open=false&audit=pending") == [code]
    assert listed("lead", "open=false&audit=pending") == 403, "no agency learns which of its cases are drawn"
    assert "audit" not in officer.seen(code, "lead")
    officer.doors.give("operator", "send_checker", code, to="power", question="Đã vá thật chưa?")
    assert officer.seen(code, "outsider")["checks"][0]["question"] == "Đã vá thật chưa?"
    heard = officer.doors.client.get(f"/api/v1/reports/{code}/timeline", headers=officer.doors.headers("outsider"))
    assert [one["event"] for one in heard.json()["entries"]] == ["report.checker_sent"]
    assert (listed("outsider", "checking=true"), listed("lead", "checking=true")) == ([code], [])
    body = {"finding": "Đã vá.", "media": [officer.upload(photo(9, at=away(30), fix=just_now()), "outsider")]}
    told = officer.doors.give("outsider", "report_check", code, **body)
    facts = {one["code"]: one["severity"] for one in told["checks"][0]["facts"]}  # type: ignore[index]
    assert facts == {"near": "ok", "after": "ok"}
    assert officer.seen(code)["media"][-1]["role"] == "check"
    assert [one["role"] for one in officer.seen(code, "reporter")["media"]] == [], "residents read the decision"
    assert listed("outsider", "checking=true") == []
    path = f"/api/v1/reports/{code}"
    assert "checks" not in officer.doors.client.get(path, headers=officer.doors.headers("outsider")).json()
    officer.doors.give("operator", "audit", code, result="passed")
    assert listed("operator", "open=false&audit=pending") == []
    assert listed("leader", "open=false&audit=passed") == [code]


def test_lists_of_one_person(officer: Officer) -> None:
    def listed(who: str, query: str) -> list[str]:
        answer = officer.doors.client.get(f"/api/v1/reports?{query}", headers=officer.doors.headers(who))
        return [one["code"] for one in answer.json()["reports"]]

    kept, taken = officer.doors.send(), officer.case("pothole")
    officer.ask("UPDATE report SET route = jsonb_set(route, '{person}', '\"operator\"')")
    assert listed("operator", "person=me") == listed("leader", "person=operator") == [kept], (
        "decided cases are their officers'"
    )
    assert listed("lead", "person=me") == listed("operator", "person=lead") == [taken]
    assert listed("lead", "person=operator") == [], "no agency learns for whom the center keeps what"
