"""Following: public facts of what may be public, for everybody alike; nothing of anything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.residents import Town, town
from tests.api.test_answering import form_of, own_report, published

ME = "/api/v1/devices/me"
AREA = """
INSERT INTO area (code, kind, name, name_en, valid_from, official, source, folded, geom)
VALUES ('26506', 'commune', 'Phường Vũng Tàu', 'Vung Tau Ward', '2020-01-01', false, 'x', 'x',
  ST_Multi(ST_MakeEnvelope(107.0, 10.3, 107.2, 10.5, 4326)))
"""


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town(database_url, tmp_path) as made:
        made.write(AREA)
        yield made


def test_a_follower_knows_four_things(city: Town) -> None:
    sender, follower = city.phone(), city.phone()
    code = city.send(sender)
    for _ in range(2):
        assert city.ask("PUT", f"{ME}/follows/report/{code.lower()}", follower).status_code == 204
    [followed] = city.ask("GET", f"{ME}/follows", follower).json()["reports"]
    assert set(followed) == {
        "code", "category", "area", "public_status", "received_at", "due_at", "result", "followed_at",
    }  # fmt: skip
    assert (followed["public_status"], followed["result"]) == ("waiting", None)
    assert followed["area"] == {"code": "26506", "name": "Phường Vũng Tàu"} and followed["due_at"]
    assert city.ask("GET", f"/api/v1/reports/{code}", follower).status_code == 404
    assert city.ask("GET", f"/api/v1/reports/{code}/timeline", follower).status_code == 404
    published(city, code)
    [followed] = city.ask("GET", f"{ME}/follows", follower).json()["reports"]
    assert (followed["public_status"], followed["result"], followed["due_at"]) == ("done", f"/reports/{code}", None)
    assert city.ask("DELETE", f"{ME}/follows/report/{code}", follower).status_code == 204
    assert city.ask("GET", f"{ME}/follows", follower).json()["reports"] == []


def test_what_is_not_for_the_public_is_not_there(city: Town) -> None:
    sender, follower = city.phone(), city.phone()
    restricted = city.send(sender, "conduct")
    withdrawn = city.send(sender)
    city.ask("POST", f"/api/v1/reports/{withdrawn}/withdraw", sender)
    inner = city.send(sender, "with-proof")
    city.write("UPDATE category SET public = false WHERE code = 'with-proof'")
    browser = city.browser()
    for code in (restricted, withdrawn, inner, "2346789AB", "x"):
        assert city.ask("PUT", f"{ME}/follows/report/{code}", follower).status_code == 404, code
        assert browser.get(f"/f/{code}").status_code == 404, code
    assert city.rows("SELECT count(*) FROM follow")[0][0] == 0


def test_a_report_that_becomes_confidential_leaves_the_list(city: Town) -> None:
    sender, follower = city.phone(), city.phone()
    code = city.send(sender)
    city.ask("PUT", f"{ME}/follows/report/{code}", follower)
    city.doors.give("supervisor", "verify", code, category="conduct")
    assert city.ask("GET", f"{ME}/follows", follower).json()["reports"] == []


def test_the_sender_learns_a_number_and_nobody(city: Town) -> None:
    browser, code = own_report(city)
    for _ in range(3):
        city.ask("PUT", f"{ME}/follows/report/{code}", city.phone())
    html = browser.get(f"/t/{code}").text
    assert "3 người theo dõi" in html
    ids = [str(row[0]) for row in city.rows("SELECT device_id FROM follow")]
    assert not any(one in html or one in browser.get(f"/api/v1/reports/{code}").text for one in ids)


def test_areas(city: Town) -> None:
    follower = city.phone()
    assert city.ask("PUT", f"{ME}/follows/area/26506", follower).status_code == 204
    assert city.ask("PUT", f"{ME}/follows/area/nowhere", follower).status_code == 404
    [area] = city.ask("GET", f"{ME}/follows", follower).json()["areas"]
    assert (area["code"], area["name"]) == ("26506", "Phường Vũng Tàu")
    assert city.ask("DELETE", f"{ME}/follows/area/26506", follower).status_code == 204


def test_one_device_follows_a_person_s_worth(city: Town) -> None:
    follower = city.phone()
    city.ask("PUT", f"{ME}/follows/area/26506", follower)
    city.write("INSERT INTO follow (device_id, area_code, created_at) SELECT device_id, n::text, now()"
               " FROM follow, generate_series(1, 199) n")  # fmt: skip
    refused = city.ask("PUT", f"{ME}/follows/report/{city.send(city.phone())}", follower)
    assert refused.status_code == 422 and refused.headers["content-type"] == "application/problem+json"


def test_plain_pages_follow_and_leave(city: Town) -> None:
    code = city.send(city.phone())
    browser = city.browser()
    assert browser.ask("POST", f"/reports/{code}/follow").headers["location"] == f"/f/{code}"
    page = browser.get(f"/f/{code}").text
    assert "Ổ gà" not in page, "never the words of somebody else's report"
    fields = form_of(browser, f"/f/{code}", f"/f/{code}")
    assert browser.ask("POST", f"/f/{code}", data={**fields, "follow": "yes"}).status_code == 303
    assert "Bỏ theo dõi" in browser.get(f"/f/{code}").text and code in browser.get("/mine").text
    area = {**form_of(browser, "/following?area=26506", "/following"), "area": "26506", "follow": "yes"}
    assert browser.ask("POST", "/following", data=area).status_code == 303
    assert "Phường Vũng Tàu" in browser.get("/mine").text
    assert browser.ask("POST", "/following", data={**area, "follow": "no"}).status_code == 303
    assert browser.ask("POST", f"/f/{code}", data={**fields, "follow": "no"}).status_code == 303
    assert city.rows("SELECT count(*) FROM follow")[0][0] == 0


def test_a_visitor_becomes_a_device_by_following(city: Town) -> None:
    code = city.send(city.phone())
    visitor = city.browser()
    visitor.cookies.clear()
    assert visitor.get(f"/f/{code}").status_code == 200
    answer = visitor.ask("POST", f"/f/{code}", data={"follow": "yes"})
    assert answer.status_code == 303 and "hientruong_device" in visitor.cookies
    assert "Bỏ theo dõi" in visitor.get(f"/f/{code}").text


def test_settings_of_a_browser_without_scripts(city: Town) -> None:
    browser = city.browser()
    fields = {**form_of(browser, "/mine/settings", "/mine/settings"), "locale": "en", "large_text": "true"}
    fields |= {"push": "true", "quiet": "true", "quiet_from": "21:30", "quiet_to": "06:00"}
    assert browser.ask("POST", "/mine/settings", data=fields).status_code == 303
    kept = browser.get(f"{ME}/preferences").json()
    quiet = {"from": "21:30", "to": "06:00"}
    assert kept == {"locale": "en", "large_text": True, "push": True, "quiet_hours": quiet}
    page = browser.get("/mine/settings").text
    assert 'lang="en"' in page and 'data-text="large"' in page and 'value="21:30"' in page
    wrong = browser.ask("POST", "/mine/settings", data={**fields, "quiet_to": "21:30"})
    assert wrong.status_code == 422 and "must differ" in wrong.text
    browser.ask("POST", "/mine/settings", data={"csrf": fields["csrf"], "locale": "vi"})
    assert browser.get(f"{ME}/preferences").json()["quiet_hours"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"quiet_hours": {"from": "22:00", "to": "22:00"}}, "/quiet_hours/to"),
        ({"quiet_hours": {"from": "24:00", "to": "06:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "22:00"}}, "/quiet_hours/to"),
        ({"locale": "xx"}, "/locale"),
        ({"push": None}, ""),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_bad_preferences_are_pointed_at(city: Town, body: dict[str, object], pointer: str) -> None:
    answer = city.ask("PATCH", f"{ME}/preferences", city.phone(), body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_moving_by_plain_pages(city: Town) -> None:
    old, code = own_report(city)
    shown = old.ask("POST", "/mine/transfer", data=form_of(old, "/mine/settings", "/mine/transfer"))
    assert shown.status_code == 200 and "<svg" in shown.text and shown.headers["cache-control"] == "private, no-store"
    typed = shown.text.split('class="big-code"')[1].split(">", 1)[1].split("<", 1)[0]
    new = city.browser()
    new.cookies.clear()
    fields = form_of(new, "/mine/move", "/mine/move")
    wrong = new.ask("POST", "/mine/move", data={**fields, "code": "2346789AB"})
    assert wrong.status_code == 422 and "Mã không đúng" in wrong.text
    assert new.ask("POST", "/mine/move", data={**fields, "code": typed}).status_code == 303
    assert code in new.get("/mine").text and code not in old.get("/mine").text
    assert old.get(f"/t/{code}").status_code == 404 and new.get(f"/t/{code}").status_code == 200


def test_being_forgotten_by_plain_pages(city: Town) -> None:
    browser, code = own_report(city)
    fields = form_of(browser, "/mine/settings", "/mine/forget")
    assert browser.ask("POST", "/mine/forget", data=fields).headers["location"] == "/mine/settings#data"
    assert browser.get("/mine/data").json()["reports"][0]["code"] == code
    assert browser.ask("POST", "/mine/forget", data={**fields, "sure": "true"}).status_code == 303
    assert browser.get("/mine/data").status_code == 401 and browser.get(f"/t/{code}").status_code == 404


def test_proving_a_number_by_plain_pages(city: Town) -> None:
    browser = city.browser()
    fields = form_of(browser, "/mine/settings", "/mine/phone")
    assert browser.ask("POST", "/mine/phone", data={**fields, "phone": "abc"}).status_code == 422
    asked = browser.ask("POST", "/mine/phone", data={**fields, "phone": "0912345678"})
    assert asked.status_code == 200 and 'autocomplete="one-time-code"' in asked.text
    code = city.sms.code_for("+84912345678")
    verify = {**fields, "phone": "0912345678"}
    assert browser.ask("POST", "/mine/phone/verify", data={**verify, "code": "000000"}).status_code in (422, 303)
    assert browser.ask("POST", "/mine/phone/verify", data={**verify, "code": code}).status_code == 303
    assert "Tách máy này ra" in browser.get("/mine/settings").text
    assert browser.ask("POST", "/mine/leave", data=fields).status_code == 303
    assert browser.get(f"{ME}").json()["resident"] is None
