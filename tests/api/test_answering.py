"""What a reporter adds: a picture with an answer, with a reopening, or later; by upload ids and by plain forms."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.api.residents import Browser, Town, town


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town(database_url, tmp_path) as made:
        yield made


def picture(colour: str = "red") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(kept, "JPEG")
    return kept.getvalue()


def uploaded(city: Town, phone: dict[str, str], content: bytes, *, whole: bool = True) -> str:
    """The id of an upload of this phone."""
    headers = {**phone, "Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))}
    made = city.doors.client.post("/api/v1/uploads", headers=headers)
    address = str(made.headers["location"])
    if whole:
        more = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = city.doors.client.patch(address, content=content, headers={**phone, "Tus-Resumable": "1.0.0", **more})
        assert sent.status_code == 204
    return address.rsplit("/", 1)[-1]


def asked(city: Town, code: str) -> None:
    city.doors.give("operator", "ask", code, question="Bên nào?")


def published(city: Town, code: str) -> None:
    city.doors.give("operator", "verify", code)
    city.doors.give("operator", "dispatch", code)
    city.doors.give("lead", "accept", code)
    city.doors.give("lead", "resolve", code, summary="Đã vá")
    city.doors.give("operator", "approve", code)


def roles(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["role"], item["state"]) for item in report["media"]]


def test_an_answer_with_a_picture(city: Town) -> None:
    phone = city.phone()
    code = city.send(phone)
    asked(city, code)
    body = {"text": "Bên phải", "media": [uploaded(city, phone, picture())]}
    answered = city.ask("POST", f"/api/v1/reports/{code}/answer", phone, body)
    assert answered.status_code == 200, answered.text
    assert roles(answered.json()) == [("report", "processing")]
    assert answered.json()["answer"]["text"] == "Bên phải"


def test_an_answer_goes_before_its_picture(city: Town) -> None:
    phone = city.phone()
    code = city.send(phone)
    asked(city, code)
    upload = uploaded(city, phone, picture(), whole=False)
    answered = city.ask("POST", f"/api/v1/reports/{code}/answer", phone, {"text": "Đây", "media": [upload]})
    assert roles(answered.json()) == [("report", "expected")]


def test_reopening_with_a_picture(city: Town) -> None:
    phone = city.phone()
    code = city.send(phone)
    published(city, code)
    body = {"reason": "Lại sụt", "media": [uploaded(city, phone, picture())]}
    key = {"Idempotency-Key": str(uuid4())}
    reopened = city.ask("POST", f"/api/v1/reports/{code}/reopen", {**phone, **key}, body)
    assert reopened.status_code == 200, reopened.text
    assert (reopened.json()["state"], roles(reopened.json())) == ("verified", [("report", "processing")])
    again = city.ask("POST", f"/api/v1/reports/{code}/reopen", {**phone, **key}, body)
    assert again.json() == reopened.json(), "the same key gives the first answer"
    seen = city.ask("GET", f"/api/v1/reports/{code}", city.doors.headers("operator")).json()
    assert len(seen["media"]) == 1


def test_others_pictures_and_a_center_s_are_refused(city: Town) -> None:
    phone, other = city.phone(), city.phone()
    code = city.send(phone)
    published(city, code)
    foreign = uploaded(city, other, picture())
    body = {"reason": "x", "media": [foreign]}
    refused = city.ask("POST", f"/api/v1/reports/{code}/reopen", phone, body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/media/0")
    by_center = city.ask("POST", f"/api/v1/reports/{code}/reopen", city.doors.headers("operator"), body)
    assert (by_center.status_code, by_center.json()["errors"][0]["pointer"]) == (422, "/media")
    plain = city.ask("POST", f"/api/v1/reports/{code}/reopen", city.doors.headers("operator"), {"reason": "x"})
    assert plain.status_code == 200


# Plain forms, as a browser without scripts sends them.


def own_report(city: Town) -> tuple[Browser, str]:
    browser = city.browser()
    body = {"category": "pothole", "description": "Ổ gà", "location": {"lon": 107.08, "lat": 10.35}}
    sent = browser.ask("POST", "/api/v1/reports", json=body, headers={"Idempotency-Key": str(uuid4())})
    return browser, str(sent.json()["code"])


def form_of(browser: Browser, address: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    html = browser.get(address).text
    assert f'action="{action}"' in html, f"no form {action}"
    form = html.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    found = {}
    for field in form.split('<input type="hidden" ')[1:]:
        name, value = field.split('name="', 1)[1].split('"', 1)[0], field.split('value="', 1)[1].split('"', 1)[0]
        found[name] = value
    return found


def files(*contents: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("media", (f"{number}.jpg", content, "image/jpeg")) for number, content in enumerate(contents)]


def test_the_plain_form_answers_with_a_picture(city: Town) -> None:
    browser, code = own_report(city)
    asked(city, code)
    action = f"/t/{code}/answer"
    fields = {**form_of(browser, f"/t/{code}", action), "text": "Bên phải"}
    sent = browser.ask("POST", action, data=fields, files=files(picture()))
    assert (sent.status_code, sent.headers["location"]) == (303, f"/t/{code}")
    again = browser.ask("POST", action, data=fields, files=files(picture()))
    assert again.status_code == 303, "the same form again is the same answer"
    report = browser.get(f"/api/v1/reports/{code}").json()
    assert (report["state"], roles(report)) == ("received", [("report", "processing")])
    assert "Bên phải" in browser.get(f"/t/{code}").text


def test_the_plain_form_answers_without_a_picture(city: Town) -> None:
    browser, code = own_report(city)
    asked(city, code)
    fields = {**form_of(browser, f"/t/{code}", f"/t/{code}/answer"), "text": "Bên trái"}
    nothing = [("media", ("", b"", "application/octet-stream"))]
    assert browser.ask("POST", f"/t/{code}/answer", data=fields, files=nothing).status_code == 303
    assert browser.get(f"/api/v1/reports/{code}").json()["media"] == []


def test_the_plain_form_reopens_with_a_picture(city: Town) -> None:
    browser, code = own_report(city)
    published(city, code)
    action = f"/t/{code}/reopen"
    fields = {**form_of(browser, f"/t/{code}", action), "reason": "Lại sụt"}
    assert browser.ask("POST", action, data=fields, files=files(picture())).status_code == 303
    report = browser.get(f"/api/v1/reports/{code}").json()
    assert (report["state"], roles(report)) == ("verified", [("report", "processing")])


def test_the_plain_form_adds_pictures_once(city: Town) -> None:
    browser, code = own_report(city)
    action = f"/t/{code}/media"
    for _ in range(2):
        fields = form_of(browser, f"/t/{code}", action)
        sent = browser.ask("POST", action, data=fields, files=files(picture("red"), picture("blue")))
        assert sent.status_code == 303
    assert len(browser.get(f"/api/v1/reports/{code}").json()["media"]) == 2
    assert "Bạn đã gửi thêm" in browser.get(f"/t/{code}").text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/t/{code}/withdraw", {}),
        ("/t/{code}/media", {}),
        ("/f/{code}", {"follow": "yes"}),
        ("/following", {"area": "1", "follow": "yes"}),
        ("/mine/read", {}),
        ("/mine/settings", {"locale": "en"}),
        ("/mine/transfer", {}),
        ("/mine/move", {"code": "x"}),
        ("/mine/phone", {"phone": "0912345678"}),
        ("/mine/phone/verify", {"phone": "0912345678", "code": "1"}),
        ("/mine/leave", {}),
        ("/mine/forget", {"sure": "true"}),
    ],
)
def test_a_form_of_another_site_does_nothing(city: Town, path: str, fields: dict[str, str]) -> None:
    browser, code = own_report(city)
    for csrf in ({}, {"csrf": "0" * 32}):
        answer = browser.ask("POST", path.format(code=code), data={**fields, **csrf}, headers={"X-CSRF-Token": ""})
        assert answer.status_code == 403, (path, answer.status_code)
    foreign = {"Origin": "https://elsewhere.example"}
    answer = browser.ask("POST", path.format(code=code), data=fields, headers=foreign)
    assert answer.status_code == 403
    assert browser.get("/api/v1/devices/me").status_code == 200
    assert browser.get(f"/api/v1/reports/{code}").json()["state"] == "received"
