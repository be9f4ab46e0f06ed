"""Pictures on the report itself: a refused file says why and never refuses the report."""

import json
from uuid import uuid4

from tests.api.conftest import Doors
from tests.media.pictures import jpeg

REPORT = {"category": "pothole", "description": "Ổ gà", "location": {"lon": 107.08, "lat": 10.35}}


def _send(doors: Doors, *files: tuple[str, bytes], key: str | None = None, who: str = "reporter"):  # type: ignore[no-untyped-def]
    return doors.client.post(
        "/api/v1/reports",
        data={"report": json.dumps(REPORT)},
        files=[("media", (name, data, "image/jpeg")) for name, data in files],
        headers={**doors.headers(who), "Idempotency-Key": key or str(uuid4())},
    )


def test_a_refused_file_does_not_refuse_the_report(doors: Doors) -> None:
    answer = _send(doors, ("a.jpg", jpeg()), ("b.jpg", b"<html><script>alert(1)</script>"), ("c.jpg", b""))
    assert answer.status_code == 201, answer.text
    media = answer.json()["media"]
    assert [item["name"] for item in media] == ["a.jpg", "b.jpg", "c.jpg"]
    assert [item["state"] for item in media] == ["processing", "refused", "refused"]
    assert [item["refusal"] and item["refusal"]["code"] for item in media] == [None, "not-a-picture", "empty"]


def test_one_file_too_many_is_refused_alone(doors: Doors) -> None:
    answer = _send(doors, *((f"{number}.jpg", jpeg()) for number in range(8)))
    assert answer.status_code == 201, answer.text
    refusals = [item["refusal"]["code"] for item in answer.json()["media"] if item["refusal"]]
    assert refusals == ["too-many", "too-many"]


def test_the_same_form_again_is_the_same_report_whatever_its_boundary(doors: Doors) -> None:
    key, photo = str(uuid4()), jpeg()
    first = _send(doors, ("a.jpg", photo), key=key)
    again = _send(doors, ("renamed.jpg", photo), key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["code"] == first.json()["code"]
    other = _send(doors, ("a.jpg", photo), ("b.jpg", photo), key=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


def test_a_form_that_is_none_gets_a_clear_answer(doors: Doors) -> None:
    headers = {**doors.headers("reporter"), "Idempotency-Key": str(uuid4())}
    for content_type, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--y\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="report"\r\n\r\n{'),
        ("multipart/form-data; boundary=x", b""),
    ):
        answer = doors.client.post("/api/v1/reports", content=body, headers={**headers, "Content-Type": content_type})
        assert answer.status_code == 422, (body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


def test_no_file_is_left_behind(doors: Doors) -> None:
    _send(doors, ("a.jpg", jpeg()), ("b.jpg", b"<html>"))
    house = doors.client.app.state.house  # type: ignore[attr-defined]
    assert list(house.incoming.iterdir()) == []


def test_a_signed_address_ends_and_cannot_be_bent(doors: Doors) -> None:
    sent = jpeg()
    code = _send(doors, ("a.jpg", sent)).json()["code"]
    headers = doors.headers("operator")
    photo = doors.client.get(f"/api/v1/reports/{code}", headers=headers).json()["media"][0]
    original = doors.client.get(photo["original"])
    assert (original.status_code, original.content) == (200, sent)
    assert original.headers["content-security-policy"] == "default-src 'none'; sandbox"
    for bent in (
        photo["original"].replace("original?", "large?"),
        photo["original"].split("?")[0],
        photo["original"].replace("expires=", "expires=9"),
        photo["original"][:-2],
    ):
        assert doors.client.get(bent).status_code == 404
    assert (
        "original"
        not in doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers("reporter")).json()["media"][0]
    )
