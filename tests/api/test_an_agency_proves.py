"""An agency cannot close without the proof its category asks for; the same picture cannot prove two cases; a photo
taken 500 m away is refused; a phone without GPS warns and is shown to the approver.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import Doors
from tests.api.proof_scene import Officer, away, grades, just_now, photo


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
    assert (report["state"], report["proof"]["worst"]) == ("resolved", "warn")
    assert grades(report) == {"photo": "ok", "words": "ok", "near": "ok", "after": "ok", "unique": "warn"}
    media = next(one["id"] for one in report["media"] if one["role"] == "proof")
    assert officer.compared(media, "f0e1d2c3b4a59687") and not officer.compared(media, "f0e1d2c3b4a59687")
    seen = officer.seen(code)
    assert (grades(seen)["unique"], seen["proof"]["worst"], seen["version"]) == ("ok", "ok", report["version"])
    assert officer.doors.give("operator", "approve", code)["state"] == "published"


def test_the_same_picture_cannot_prove_two_cases(officer: Officer) -> None:
    first, second, third = officer.case(), officer.case(), officer.case()
    same = photo(4, fix=just_now())
    taken = officer.resolve(first, same).json()
    assert refused(officer.resolve(second, same)) == [("unique", "/media/0")]
    # Another file that shows the same: known once the worker has its fingerprint, a few bits beside the first.
    passed = officer.resolve(second, photo(5, fix=just_now())).json()
    ids = [next(one["id"] for one in report["media"] if one["role"] == "proof") for report in (taken, passed)]
    assert officer.compared(ids[0], "f0e1d2c3b4a59687") and officer.compared(ids[1], "f0e1d2c3b4a59684")
    assert (grades(officer.seen(first))["unique"], grades(officer.seen(second))["unique"]) == ("ok", "fail")
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
