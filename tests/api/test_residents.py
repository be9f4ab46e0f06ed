"""Several phones of one resident: moving by code, a proved number, the city's sign-in; and being forgotten."""

import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.api.conftest import Doors
from tests.api.residents import ORIGIN, Browser, Town, town

NUMBER = "+84912345678"
TYPED = "0912 345 678"


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town(database_url, tmp_path) as made:
        yield made


def proved(city: Town, phone: dict[str, str], typed: str = TYPED) -> None:
    before = len(city.sms.sent_to(NUMBER))
    assert city.ask("POST", "/api/v1/residents/phone", phone, {"phone": typed}).status_code == 202
    code = city.sms.code_for(NUMBER, before)
    answer = city.ask("POST", "/api/v1/residents/phone/verify", phone, {"phone": typed, "code": code})
    assert answer.status_code == 204, answer.text


# Moving.


def test_everything_moves_to_the_new_phone_and_the_old_one_is_as_new(city: Town) -> None:
    old, new, other = city.phone(), city.phone(), city.phone()
    own, followed = city.send(old), city.send(other)
    earlier = city.send(new)
    me = "/api/v1/devices/me"
    city.ask("PUT", f"{me}/follows/report/{followed}", old)
    city.ask("PUT", f"{me}/push", old, {"kind": "fcm", "token": "of-the-old-phone"})
    city.ask("PATCH", f"{me}/preferences", old, {"locale": "en", "quiet_hours": {"from": "21:00", "to": "07:00"}})
    offered = city.ask("POST", f"{me}/transfer", old).json()
    assert city.ask("POST", f"{me}/transfer/accept", new, {"code": f" {offered['code'].lower()} "}).status_code == 204
    assert city.mine(new) == [earlier, own] and city.mine(old) == []
    assert city.ask("GET", f"/api/v1/reports/{own}", old).status_code == 404
    assert city.ask("POST", f"/api/v1/reports/{own}/withdraw", old).status_code == 404
    follows = city.ask("GET", f"{me}/follows", new).json()["reports"]
    assert [one["code"] for one in follows] == [followed]
    assert city.ask("GET", f"{me}/follows", old).json() == {"reports": [], "areas": []}
    assert city.ask("GET", f"{me}/preferences", new).json() == {
        "locale": "en",
        "large_text": False,
        "push": True,
        "quiet_hours": {"from": "21:00", "to": "07:00"},
    }
    assert city.rows("SELECT count(*) FROM push_target")[0][0] == 0
    assert city.ask("POST", f"/api/v1/reports/{own}/withdraw", new).json()["state"] == "withdrawn"
    assert city.send(old) in city.mine(old), "the old phone works on"


def test_a_submit_repeated_by_the_old_phone_is_still_one_report(city: Town) -> None:
    """The answer was lost, the phone was moved, and only then it repeats: the key still finds the one report."""
    old, new = city.phone(), city.phone()
    body = {"category": "pothole", "description": "Ổ gà", "location": {"lon": 107.08, "lat": 10.35}}
    headers = {**old, "Idempotency-Key": str(uuid4())}
    first = city.doors.client.post("/api/v1/reports", json=body, headers=headers)
    code = city.ask("POST", "/api/v1/devices/me/transfer", old).json()["code"]
    city.ask("POST", "/api/v1/devices/me/transfer/accept", new, {"code": code})
    again = city.doors.client.post("/api/v1/reports", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["code"] == first.json()["code"]
    assert city.mine(new) == [first.json()["code"]] and city.mine(old) == []


def test_a_code_is_good_once_and_only_the_newest(city: Town) -> None:
    old, new, thief = city.phone(), city.phone(), city.phone()
    city.send(old)
    codes = [city.ask("POST", "/api/v1/devices/me/transfer", old).json()["code"] for _ in range(2)]
    accept = "/api/v1/devices/me/transfer/accept"
    refused = city.ask("POST", accept, thief, {"code": codes[0]})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/code"
    itself = city.ask("POST", accept, old, {"code": codes[1]})
    assert itself.status_code == 422
    assert city.ask("POST", accept, new, {"code": codes[1]}).status_code == 204
    assert city.ask("POST", accept, thief, {"code": codes[1]}).status_code == 422
    assert len(city.mine(new)) == 1 and city.mine(thief) == []


def test_an_old_code_is_worth_nothing(city: Town) -> None:
    old, new = city.phone(), city.phone()
    city.send(old)
    code = city.ask("POST", "/api/v1/devices/me/transfer", old).json()["code"]
    city.write("UPDATE transfer_code SET expires_at = now() - interval '1 second'")
    assert city.ask("POST", "/api/v1/devices/me/transfer/accept", new, {"code": code}).status_code == 422
    assert city.mine(new) == []


def test_guessing_a_transfer_code_ends_soon(city: Town) -> None:
    old, thief = city.phone(), city.phone()
    code = city.ask("POST", "/api/v1/devices/me/transfer", old).json()["code"]
    accept = "/api/v1/devices/me/transfer/accept"
    guesses = [city.ask("POST", accept, thief, {"code": "2346789AB"}).status_code for _ in range(40)]
    assert set(guesses) == {422, 429} and guesses[-1] == 429
    late = city.ask("POST", accept, thief, {"code": code})
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 0
    assert (
        city.rows("SELECT count(*) FROM transfer_code WHERE code_hash = convert_to('" + code + "', 'UTF8')")[0][0] == 0
    )


# A proved phone number.


def test_two_phones_with_one_number_are_one_resident(city: Town) -> None:
    first, second, stranger = city.phone(), city.phone(), city.phone()
    one, two = city.send(first), city.send(second)
    proved(city, first)
    assert city.mine(first) == [one]
    proved(city, second, "+84 (0) 912.345.678")
    assert city.mine(first) == city.mine(second) == [two, one]
    assert city.ask("GET", "/api/v1/devices/me", second).json()["resident"] == {"devices": 2, "proofs": ["phone"]}
    assert city.ask("POST", f"/api/v1/reports/{one}/withdraw", second).json()["state"] == "withdrawn"
    assert city.mine(stranger) == []
    assert city.ask("DELETE", "/api/v1/devices/me/resident", second).status_code == 204
    assert city.mine(second) == [two] and city.mine(first) == [one]


def test_the_number_is_nowhere_in_the_clear(city: Town, caplog: pytest.LogCaptureFixture) -> None:
    phone = city.phone()
    with caplog.at_level(logging.DEBUG):
        proved(city, phone)
        city.sms.status = 500
        city.ask("POST", "/api/v1/residents/phone", phone, {"phone": TYPED})
    code = city.sms.sent_to(NUMBER)[0].split()[0]
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("hpack"))
    assert "912345678" not in said and code not in said
    for table in ("resident", "resident_proof", "phone_code", "device", "journal", "rate_bucket"):
        kept = " ".join(str(row) for row in city.rows(f"SELECT t::text FROM {table} t"))
        assert "912345678" not in kept and NUMBER.encode().hex() not in kept, table


def test_the_answer_tells_nothing_about_the_number(city: Town) -> None:
    known, stranger = city.phone(), city.phone()
    proved(city, known)
    answers = [
        city.ask("POST", "/api/v1/residents/phone", stranger, {"phone": number}) for number in (TYPED, "0987654321")
    ]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    city.sms.status = 500
    broken = city.ask("POST", "/api/v1/residents/phone", stranger, {"phone": TYPED})
    assert (broken.status_code, broken.content) == (202, b"")


def test_a_code_has_five_tries_however_many_come_at_once(city: Town) -> None:
    phone = city.phone()
    city.ask("POST", "/api/v1/residents/phone", phone, {"phone": TYPED})
    code = city.sms.code_for(NUMBER)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    verify = "/api/v1/residents/phone/verify"
    for _ in range(5):
        answer = city.ask("POST", verify, phone, {"phone": TYPED, "code": wrong})
        assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/code"
    assert city.ask("POST", verify, phone, {"phone": TYPED, "code": code}).status_code == 422
    assert city.rows("SELECT count(*) FROM resident")[0][0] == 0


def test_guesses_and_messages_end_soon(city: Town) -> None:
    phone = city.phone()
    asked = [city.ask("POST", "/api/v1/residents/phone", phone, {"phone": TYPED}).status_code for _ in range(8)]
    assert set(asked) == {202, 429} and asked[-1] == 429
    for _ in range(6):
        # From ever new devices: the number itself has had enough, and nobody hears of that.
        assert city.ask("POST", "/api/v1/residents/phone", city.phone(), {"phone": TYPED}).status_code == 202
    assert len(city.sms.sent_to(NUMBER)) <= 10, "five an hour, in at most two of them"
    body = {"phone": TYPED, "code": "000000"}
    tried = [city.ask("POST", "/api/v1/residents/phone/verify", phone, body).status_code for _ in range(25)]
    assert set(tried) == {422, 429} and tried[-1] == 429


def test_a_code_is_for_the_phone_that_asked(city: Town) -> None:
    phone, thief = city.phone(), city.phone()
    city.ask("POST", "/api/v1/residents/phone", phone, {"phone": TYPED})
    code = city.sms.code_for(NUMBER)
    verify = "/api/v1/residents/phone/verify"
    assert city.ask("POST", verify, thief, {"phone": TYPED, "code": code}).status_code == 422
    assert city.ask("POST", verify, phone, {"phone": TYPED, "code": code}).status_code == 204
    assert city.ask("POST", verify, phone, {"phone": TYPED, "code": code}).status_code == 422, "once"


@pytest.mark.parametrize("typed", ["113", "+1 202 555 0123", "0912 345 67x", "abc", "+84", "00442071838750"])
def test_what_is_no_number_of_the_country_gets_no_message(city: Town, typed: str) -> None:
    answer = city.ask("POST", "/api/v1/residents/phone", city.phone(), {"phone": typed})
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/phone"
    assert city.sms.messages == []


def test_where_the_city_has_no_provider_there_is_nothing(doors: Doors) -> None:
    for who in ("public", "reporter", "operator"):
        for path, body in (("", {"phone": TYPED}), ("/verify", {"phone": TYPED, "code": "000000"})):
            answer = doors.client.post(f"/api/v1/residents/phone{path}", json=body, headers=doors.headers(who))
            assert answer.status_code == 404, (who, path)


def test_where_there_is_one_it_is_for_devices(city: Town) -> None:
    for who, status in (("public", 401), ("operator", 403), ("reporter", 202)):
        headers = city.doors.headers(who)
        assert city.ask("POST", "/api/v1/residents/phone", headers, {"phone": TYPED}).status_code == status


# The city's sign-in.


def sign_in(city: Town, browser: Browser, subject: str = "079090001234") -> int:
    begun = browser.get("/oidc/start")
    assert begun.status_code == 303, begun.text
    back = city.idp.sign_in(begun.headers["location"], subject)
    return int(browser.get(back.removeprefix(ORIGIN)).status_code)


def test_two_browsers_of_one_account_are_one_resident(city: Town) -> None:
    first, second, other = city.browser(), city.browser(), city.browser()
    assert sign_in(city, first) == sign_in(city, second) == 303
    assert sign_in(city, other, "someone-else") == 303
    who = [one.get("/api/v1/devices/me").json()["resident"]["devices"] for one in (first, second, other)]
    assert who == [2, 2, 1]
    kept = " ".join(str(row) for row in city.rows("SELECT t::text FROM resident_proof t"))
    assert "079090001234" not in kept


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_fit_proves_nothing(city: Town, spoiled: dict[str, object]) -> None:
    city.idp.spoil = spoiled
    browser = city.browser()
    assert sign_in(city, browser) == 403
    assert browser.get("/api/v1/devices/me").json()["resident"] is None


def test_a_token_signed_by_nobody_we_know_proves_nothing(city: Town) -> None:
    city.idp.foreign_key = True
    assert sign_in(city, city.browser()) == 403


def test_a_service_that_calls_itself_otherwise_is_not_believed(city: Town) -> None:
    city.idp.name_in_discovery = "https://elsewhere.example"
    assert city.browser().get("/oidc/start").status_code == 403


def test_a_return_that_was_not_begun_here_is_refused(city: Town) -> None:
    """Somebody lures a victim to the return address of his own sign-in: the state belongs to his browser."""
    attacker, victim = city.browser(), city.browser()
    begun = attacker.get("/oidc/start")
    back = city.idp.sign_in(begun.headers["location"], "the-attacker").removeprefix(ORIGIN)
    assert victim.get(back).status_code == 403
    assert victim.get("/api/v1/devices/me").json()["resident"] is None
    assert attacker.get(back).status_code == 303
    assert attacker.get(back).status_code == 403, "once"


def test_another_site_cannot_begin_it(city: Town) -> None:
    answer = city.browser().get("/oidc/start", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


# My data.


def test_everything_can_be_taken_along(city: Town) -> None:
    phone = city.phone()
    code, followed = city.send(phone), city.send(city.phone())
    city.ask("PUT", f"/api/v1/devices/me/follows/report/{followed}", phone)
    answer = city.ask("GET", "/api/v1/devices/me/data", phone)
    assert "attachment" in answer.headers["content-disposition"] and answer.headers["cache-control"] == "no-store"
    data = answer.json()
    assert [report["code"] for report in data["reports"]] == [code]
    assert data["reports"][0]["description"] == "Ổ gà" and data["reports"][0]["timeline"]
    assert [one["code"] for one in data["follows"]["reports"]] == [followed]
    assert data["preferences"]["locale"] == "vi" and data["proofs"] == []


def test_forgetting_takes_the_resident_and_leaves_the_reports(city: Town) -> None:
    first, second = city.phone(), city.phone()
    code, public = city.send(first), city.send(first)
    proved(city, first)
    proved(city, second)
    for who, command, more in (
        ("operator", "verify", {}),
        ("operator", "dispatch", {}),
        ("lead", "accept", {}),
        ("lead", "resolve", {"summary": "Đã vá"}),
        ("operator", "approve", {}),
    ):
        city.doors.give(who, command, public, **more)
    assert city.ask("DELETE", "/api/v1/devices/me", second).status_code == 204
    for phone in (first, second):
        assert city.ask("GET", "/api/v1/devices/me", phone).status_code == 401
    for table in ("resident", "resident_proof", "push_target", "follow"):
        assert city.rows(f"SELECT count(*) FROM {table}")[0][0] == 0, table
    assert (
        city.rows(f"SELECT count(*) FROM reporter w JOIN report r ON r.id = w.report_id WHERE code = '{code}'")[0][0]
        == 0
    )
    seen = city.ask("GET", f"/api/v1/reports/{code}", city.doors.headers("operator"))
    assert seen.status_code == 200
    assert city.rows(f"SELECT anonymous FROM report WHERE code = '{code}'")[0][0] is True
    assert city.ask("GET", f"/api/v1/reports/{public}", {}).json()["public_status"] == "done"


def test_forgetting_spares_what_was_moved_to_somebody_else(city: Town) -> None:
    old, new = city.phone(), city.phone()
    code = city.send(old)
    offered = city.ask("POST", "/api/v1/devices/me/transfer", old).json()["code"]
    city.ask("POST", "/api/v1/devices/me/transfer/accept", new, {"code": offered})
    assert city.ask("DELETE", "/api/v1/devices/me", old).status_code == 204
    assert city.mine(new) == [code]
