"""Every route for everybody, from a table: a route that is not in it fails the test, so none can be forgotten."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import Mount, Route

from api.main import create_app
from api.settings import Limits, Settings
from tests.api.conftest import ACCOUNTS, Doors, opened
from tests.api.work_routes import WORK, WORK_BODIES, Who

EVERYBODY = ("public", "reporter", "stranger", *ACCOUNTS)

# Who gets past the door. What they may then see of one report `reports.access` decides, tested from its own table.
ROUTES: dict[tuple[str, str], Who] = {
    **WORK,
    ("GET", "/healthz"): "anybody",
    ("GET", "/readyz"): "anybody",
    ("GET", "/metrics"): "anybody",
    ("POST", "/api/v1/devices"): "anybody",
    ("GET", "/api/v1/devices/me"): "device",
    ("GET", "/api/v1/devices/me/reports"): "device",
    ("GET", "/api/v1/devices/me/preferences"): "device",
    ("PATCH", "/api/v1/devices/me/preferences"): "device",
    ("GET", "/api/v1/devices/me/follows"): "device",
    ("PUT", "/api/v1/devices/me/follows/report/{code}"): "device",
    ("DELETE", "/api/v1/devices/me/follows/report/{code}"): "device",
    ("PUT", "/api/v1/devices/me/follows/area/{area}"): "device",
    ("DELETE", "/api/v1/devices/me/follows/area/{area}"): "device",
    ("POST", "/api/v1/devices/me/transfer"): "device",
    ("POST", "/api/v1/devices/me/transfer/accept"): "device",
    # Not there at all (404) in a city without a message provider, whoever asks; tests/api/test_residents.py has one.
    ("POST", "/api/v1/residents/phone"): "anybody",
    ("POST", "/api/v1/residents/phone/verify"): "anybody",
    ("GET", "/api/v1/devices/me/data"): "device",
    ("DELETE", "/api/v1/devices/me/resident"): "device",
    ("DELETE", "/api/v1/devices/me"): "device",
    ("PUT", "/api/v1/devices/me/push"): "device",
    ("DELETE", "/api/v1/devices/me/push"): "device",
    ("GET", "/api/v1/devices/me/inbox"): "device",
    ("POST", "/api/v1/devices/me/inbox/read"): "device",
    ("GET", "/api/v1/push/key"): "anybody",
    ("POST", "/api/v1/sessions"): "anybody",
    ("GET", "/api/v1/sessions/current"): "staff",
    ("POST", "/api/v1/sessions/current/renew"): "staff",
    ("DELETE", "/api/v1/sessions/current"): "staff",
    ("GET", "/api/v1/wall"): "oversight",
    ("GET", "/api/v1/wall/trend"): "oversight",
    ("GET", "/api/v1/replay"): "oversight",
    ("POST", "/api/v1/wall/scene"): "center",
    ("GET", "/api/v1/categories"): "anybody",
    ("GET", "/api/v1/agencies"): "staff",
    ("GET", "/api/v1/reasons"): "anybody",
    ("GET", "/api/v1/lifecycle"): "anybody",
    ("GET", "/api/v1/areas"): "anybody",
    ("GET", "/api/v1/places"): "anybody",
    ("GET", "/api/v1/locate"): "anybody",
    ("GET", "/api/v1/near"): "anybody",
    ("GET", "/api/v1/spot"): "anybody",
    ("POST", "/api/v1/reports"): "device",
    ("GET", "/api/v1/reports"): "staff",
    ("GET", "/api/v1/reports/{code}"): "anybody",
    ("GET", "/api/v1/reports/{code}/timeline"): "anybody",
    ("GET", "/api/v1/reports/{code}/due"): "anybody",
    ("GET", "/api/v1/reports/{code}/similar"): "staff",
    ("POST", "/api/v1/reports/{code}/rating"): "known",
    ("POST", "/api/v1/reports/{code}/media"): "device",
    ("GET", "/api/v1/reports/{code}/readings"): "namers",
    ("POST", "/api/v1/reports/{code}/reporter"): "center",
    ("GET", "/api/v1/restricted/readers"): "namers",
    ("POST", "/api/v1/desk/reports"): "center",
    ("POST", "/api/v1/desk/similar"): "center",
    ("PUT", "/api/v1/restricted/readers"): "namers",
    ("POST", "/api/v1/reports/{code}/{command}"): "known",
    ("GET", "/api/v1/public/reports"): "anybody",
    ("GET", "/api/v1/public/statistics"): "anybody",
    ("GET", "/api/v1/public/hot-spots"): "anybody",
    ("GET", "/api/v1/figures"): "staff",
    ("GET", "/api/v1/figures/formulas"): "staff",
    ("GET", "/api/v1/figures/rows"): "staff",
    ("GET", "/api/v1/figures/rows.{kind}"): "staff",
    ("GET", "/api/v1/figures/all.xlsx"): "staff",
    ("GET", "/api/v1/figures/tables/{table}.{kind}"): "staff",
    ("GET", "/api/v1/figures/monthly.pdf"): "oversight",
    ("GET", "/public/cards/{code}.jpg"): "anybody",
    ("OPTIONS", "/api/v1/uploads"): "anybody",
    ("OPTIONS", "/api/v1/uploads/{upload_id}"): "anybody",
    ("POST", "/api/v1/uploads"): "known",
    ("POST", "/api/v1/uploads/{upload_id}"): "known",
    ("HEAD", "/api/v1/uploads/{upload_id}"): "known",
    ("PATCH", "/api/v1/uploads/{upload_id}"): "known",
    ("DELETE", "/api/v1/uploads/{upload_id}"): "known",
    ("GET", "/tiles/areas/{z}/{x}/{y}.mvt"): "anybody",
    ("GET", "/tiles/reports/{z}/{x}/{y}.mvt"): "anybody",
    ("GET", "/api/v1/tiles/open/{z}/{x}/{y}.mvt"): "staff",
    ("GET", "/api/v1/tiles/hexagons/{z}/{x}/{y}.mvt"): "staff",
    ("GET", "/api/v1/map/areas"): "staff",
    ("GET", "/api/v1/map/basemap"): "anybody",
    ("GET", "/tiles/basemap/{z}/{x}/{y}.mvt"): "anybody",
    ("GET", "/tiles/basemap.pmtiles"): "anybody",
    ("GET", "/api/v1/reports/{code}/notes"): "staff",
    ("POST", "/api/v1/reports/{code}/notes"): "worker",
    ("GET", "/api/v1/mentions"): "staff",
    ("POST", "/api/v1/mentions/read"): "staff",
    ("GET", "/api/v1/colleagues"): "staff",
    ("GET", "/media/{attachment_id}/{variant}"): "signed",
    ("GET", "/public/media/{attachment_id}/{variant}"): "anybody",
    ("PUT", "/api/v1/media/{media_id}/privacy"): "staff",
    ("GET", "/api/v1/alarms"): "oversight",
    ("POST", "/api/v1/alarms/{alarm_id}/acknowledge"): "center",
    ("GET", "/api/v1/escalations"): "staff",
    ("POST", "/api/v1/escalations/{escalation_id}/acknowledge"): "staff",
    ("POST", "/api/v1/drill"): "supervisor",
    ("POST", "/api/v1/drill/alarms"): "supervisor",
    ("GET", "/api/v1/views"): "staff",
    ("POST", "/api/v1/views"): "staff",
    ("PATCH", "/api/v1/views/{kept_id}"): "staff",
    ("DELETE", "/api/v1/views/{kept_id}"): "staff",
    ("GET", "/api/v1/templates"): "staff",
    ("POST", "/api/v1/templates"): "staff",
    ("PATCH", "/api/v1/templates/{kept_id}"): "staff",
    ("DELETE", "/api/v1/templates/{kept_id}"): "staff",
    ("GET", "/api/v1/admin/configuration"): "admins",
    ("GET", "/api/v1/admin/schemas"): "admins",
    ("GET", "/api/v1/admin/versions"): "admins",
    ("GET", "/api/v1/admin/versions/{n}"): "admins",
    ("GET", "/api/v1/admin/versions/{n}/difference"): "admins",
    ("POST", "/api/v1/admin/versions/{n}/roll-back"): "admin",
    ("GET", "/api/v1/admin/deeds"): "admins",
    ("GET", "/api/v1/admin/accounts"): "admins",
    ("POST", "/api/v1/admin/accounts"): "admin",
    ("PATCH", "/api/v1/admin/accounts/{username}"): "admin",
    ("POST", "/api/v1/admin/accounts/{username}/password"): "admin",
    ("POST", "/api/v1/admin/areas/imports"): "admin",
    ("GET", "/api/v1/admin/areas/versions"): "admins",
    ("GET", "/api/v1/admin/areas/compare"): "admins",
    ("GET", "/api/v1/admin/layers"): "admins",
    ("POST", "/api/v1/admin/layers/{layer}"): "admin",
    ("GET", "/api/v1/admin/drafts"): "admins",
    ("POST", "/api/v1/admin/drafts"): "admin",
    ("GET", "/api/v1/admin/drafts/{draft_id}"): "admins",
    ("DELETE", "/api/v1/admin/drafts/{draft_id}"): "admin",
    ("PUT", "/api/v1/admin/drafts/{draft_id}/settings"): "admin",
    ("PUT", "/api/v1/admin/drafts/{draft_id}/order/{section}"): "admin",
    ("PUT", "/api/v1/admin/drafts/{draft_id}/{section}/{code}"): "admin",
    ("DELETE", "/api/v1/admin/drafts/{draft_id}/{section}/{code}"): "admin",
    ("GET", "/api/v1/admin/drafts/{draft_id}/problems"): "admins",
    ("GET", "/api/v1/admin/drafts/{draft_id}/difference"): "admins",
    ("POST", "/api/v1/admin/drafts/{draft_id}/rebase"): "admin",
    ("POST", "/api/v1/admin/drafts/{draft_id}/try-out"): "admin",
    ("POST", "/api/v1/admin/drafts/{draft_id}/publish"): "admin",
    ("POST", "/api/v1/admin/drafts/{draft_id}/route"): "admins",
    ("POST", "/api/v1/admin/holidays"): "admin",
    ("GET", "/asyncapi.json"): "anybody",
    ("GET", "/openapi.json"): "anybody",
    ("GET", "/docs"): "anybody",
}
BODIES = {
    **WORK_BODIES,
    "/api/v1/devices": {"platform": "web"},
    "/api/v1/sessions": {"username": "x", "password": "y"},
    "/api/v1/devices/me/push": {"kind": "fcm", "token": "t"},
    "/api/v1/devices/me/inbox/read": {"ids": []},
    "/api/v1/devices/me/transfer/accept": {"code": "x"},
    "/api/v1/residents/phone": {"phone": "0912345678"},
    "/api/v1/residents/phone/verify": {"phone": "0912345678", "code": "000000"},
    "/api/v1/reports": {"category": "pothole", "location": {"lon": 107.08, "lat": 10.35}},
    "/api/v1/reports/{code}/rating": {"rating": "satisfied"},
    "/api/v1/reports/{code}/reporter": {"reason": "gọi lại"},
    "/api/v1/desk/reports": {"category": "pothole", "location": {"lon": 107.08, "lat": 10.35}},
    "/api/v1/desk/similar": {"location": {"lon": 107.08, "lat": 10.35}},
    "/api/v1/restricted/readers": {"category": "conduct", "readers": ["supervisor", "leader"]},
    "/api/v1/reports/{code}/media": {"media": ["x"]},
    "/api/v1/media/{media_id}/privacy": {"areas": []},
    "/api/v1/reports/{code}/notes": {"text": "x"},
    "/api/v1/mentions/read": {"up_to": 1},
    "/api/v1/drill": {"active": True},
    "/api/v1/drill/alarms": {"kind": "storm"},
    "/api/v1/wall/scene": {"scene": None},
    "/api/v1/admin/drafts": {"name": "x"},
    "/api/v1/admin/accounts": {"username": "new", "name": "x", "role": "operator"},
    "/api/v1/admin/versions/{n}/roll-back": {"note": "x", "base": 1},
    "/api/v1/admin/drafts/{draft_id}/settings": {"revision": 1},
    "/api/v1/admin/drafts/{draft_id}/order/{section}": {"revision": 1, "codes": []},
    "/api/v1/admin/drafts/{draft_id}/{section}/{code}": {"revision": 1},
    "/api/v1/admin/drafts/{draft_id}/rebase": {"revision": 1},
    "/api/v1/admin/drafts/{draft_id}/try-out": {},
    "/api/v1/admin/drafts/{draft_id}/publish": {"revision": 1, "note": "x"},
    "/api/v1/admin/drafts/{draft_id}/route": {"category": "x", "lon": 107.08, "lat": 10.35},
    "/api/v1/admin/holidays": {"definition": {}, "years": [2027]},
    "/api/v1/views": {"name": "x", "query": {}},
    "/api/v1/templates": {"command": "ask", "name": "x", "text": "y"},
}
# Who may do it once has no credential for the rest of the table.
ENDS_THE_CREDENTIAL = {("DELETE", "/api/v1/sessions/current"), ("DELETE", "/api/v1/devices/me")}
VALUES = {
    "alarm_id": "1",
    "escalation_id": "1",
    "handover_id": "1",
    "mail_id": "1",
    "agency": "nobody",
    "secret_id": "00000000-0000-4000-8000-000000000000",
    "kept_id": "00000000-0000-4000-8000-000000000000",
    "crew_id": "00000000-0000-4000-8000-000000000000",
    "task_id": "00000000-0000-4000-8000-000000000000",
    "area": "x",
    "media_id": "x",
    "z": "10",
    "x": "816",
    "y": "482",
    "variant": "small",
    "size": "small",
    "command": "verify",
    "kind": "csv",
    "table": "areas",
    "n": "1",
    "draft_id": "00000000-0000-4000-8000-000000000000",
    "section": "rules",
    "username": "nobody",
    "layer": "roads",
}
# Where nothing is answered without them.
QUERIES = {
    "/api/v1/figures/rows": {"figure": "received"},
    "/api/v1/figures/rows.{kind}": {"figure": "received"},
    "/api/v1/figures/monthly.pdf": {"month": "2026-10"},
}


def _is_page(path: str) -> bool:
    return not path.startswith(("/api/", "/tiles/", "/media/", "/public/", "/healthz", "/readyz", "/metrics")) and (
        path not in ("/asyncapi.json", "/openapi.json", "/docs")
    )


def _routes() -> list[tuple[str, str]]:
    """Of the application and of the routers it includes (which FastAPI keeps as they are)."""
    found, waiting = [], list[Any](create_app(Settings()).routes)
    while waiting:
        route = waiting.pop()
        if isinstance(route, Mount | APIWebSocketRoute):
            continue
        if not isinstance(route, Route | APIRoute):
            waiting += route.original_router.routes
            continue
        for method in sorted(route.methods or ()):
            # Starlette answers HEAD wherever GET is; only where HEAD stands alone is it a route of its own.
            if method != "HEAD" or "GET" not in (route.methods or ()):
                found.append((method, route.path))
    return found


def test_every_route_is_in_the_table() -> None:
    programs = {(method, path) for method, path in _routes() if not _is_page(path)}
    assert programs == set(ROUTES)


def test_every_page_is_for_everybody_and_shows_nobodys_data() -> None:
    """Pages are shells, published things, or belong to the device whose cookie is there; forms are checked there."""
    pages = {path for _, path in _routes() if _is_page(path)}
    assert {"/", "/ioc", "/agency", "/login", "/new", "/mine", "/reports/{code}", "/t/{code}"} <= pages


def _allowed(who: str, needed: Who) -> bool:
    staff = who in ACCOUNTS
    device = who in ("reporter", "stranger")
    return {
        "anybody": True,
        "signed": True,
        "device": device,
        "staff": staff,
        "oversight": who in ("operator", "supervisor", "leader", "admin"),
        "center": who in ("operator", "supervisor"),
        "known": staff or device,
        "supervisor": who == "supervisor",
        "officer": who in ("lead", "outsider"),
        "worker": who in ("operator", "supervisor", "lead", "outsider"),
        "planners": who in ("supervisor", "leader"),
        "namers": who in ("supervisor", "admin"),
        "admin": who == "admin",
        "admins": who in ("admin", "leader"),
    }[needed]


def test_every_route_for_everybody(doors: Doors) -> None:
    code = doors.send()
    for (method, path), needed in ROUTES.items():
        address = path
        for name, value in {**VALUES, "code": code, "attachment_id": "x", "upload_id": "x"}.items():
            address = address.replace(f"{{{name}}}", value)
        for who in EVERYBODY:
            if (method, path) in ENDS_THE_CREDENTIAL and _allowed(who, needed):
                continue
            body = BODIES.get(path) if method in ("POST", "PUT") else None
            headers = {**doors.headers(who), "Idempotency-Key": str(uuid4()), "Tus-Resumable": "1.0.0"}
            if (method, path) == ("POST", "/api/v1/uploads/{upload_id}"):
                headers["X-HTTP-Method-Override"] = "PATCH"
            answer = doors.client.request(method, address, json=body, headers=headers, params=QUERIES.get(path))
            told = f"{method} {path} by {who}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500 or answer.status_code == 503, told
            if _allowed(who, needed):
                assert answer.status_code != 403 or needed == "known", told
                assert answer.status_code != 401 or path == "/api/v1/sessions", told
            else:
                # Staff may be refused because of who they are, or because the report is not theirs to see.
                hidden = (404,) if needed == "namers" and "{code}" in path else ()
                assert answer.status_code in ((401,) if who == "public" else (403, *hidden)), told


@pytest.mark.parametrize("token", ["wrong", "", "a b", "\u00e9" * 4])
def test_a_dead_credential_opens_nothing(doors: Doors, token: str) -> None:
    headers = {b"Authorization": f"Bearer {token}".encode("latin-1")}
    for path in ("/api/v1/reports", "/api/v1/devices/me", "/api/v1/sessions/current"):
        answer = doors.client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_session_that_ended_is_dead_at_once(doors: Doors) -> None:
    headers = doors.headers("operator")
    assert doors.client.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    assert doors.client.get("/api/v1/sessions/current", headers=headers).status_code == 401


def test_who_sees_a_report_before_and_after_it_is_published(doors: Doors) -> None:
    code = doors.send()

    def seen() -> dict[str, int]:
        return {
            who: doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers(who)).status_code
            for who in EVERYBODY
        }

    center = {"operator": 200, "supervisor": 200, "leader": 200, "admin": 200, "reporter": 200}
    nobody = {"public": 404, "stranger": 404, "lead": 404, "outsider": 404}
    assert seen() == {**center, **nobody}
    doors.give("operator", "verify", code)
    doors.give("operator", "dispatch", code)
    assert seen() == {**center, **nobody, "lead": 200}
    doors.give("lead", "accept", code)
    doors.give("lead", "resolve", code, summary="Đã vá")
    doors.give("operator", "approve", code)
    assert set(seen().values()) == {200}


def test_a_restricted_report_has_named_readers_and_is_never_public(doors: Doors) -> None:
    code = doors.send(category="conduct")
    statuses = {
        who: doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers(who)).status_code for who in EVERYBODY
    }
    assert {who for who, status in statuses.items() if status == 200} == {"reporter", "supervisor", "leader"}
    listed = doors.client.get("/api/v1/reports", headers=doors.headers("operator")).json()["reports"]
    assert code not in [report["code"] for report in listed]
    listed = doors.client.get("/api/v1/reports", headers=doors.headers("supervisor")).json()["reports"]
    assert code in [report["code"] for report in listed]


def test_the_published_view_names_nobody_and_shows_no_unreleased_picture(doors: Doors) -> None:
    code = doors.send()
    for who, command in (("operator", "verify"), ("operator", "dispatch"), ("lead", "accept")):
        doors.give(who, command, code)
    doors.give("lead", "resolve", code, summary="Đã vá")
    doors.give("operator", "approve", code, public_answer="Cảm ơn ông/bà")
    public = doors.client.get(f"/api/v1/reports/{code}").json()
    assert public["public_answer"] == "Cảm ơn ông/bà"
    assert public["media"] == []
    for word in ("claim", "route", "answers", "version", "Cán bộ"):
        assert word not in str(public)


def test_lists_and_access_agree(doors: Doors) -> None:
    """The SQL form of visibility shows exactly the reports that the function lets one see."""
    codes = [doors.send(category=category) for category in ("pothole", "conduct", "fallen-tree", "with-proof")]
    doors.give("operator", "verify", codes[0])
    doors.give("operator", "dispatch", codes[0])
    for who in ACCOUNTS:
        listed = doors.client.get("/api/v1/reports?limit=200", headers=doors.headers(who)).json()["reports"]
        visible = {
            code
            for code in codes
            if doors.client.get(f"/api/v1/reports/{code}", headers=doors.headers(who)).status_code == 200
        }
        assert {report["code"] for report in listed} == visible, who


def test_wrong_passwords_are_counted(database_url: str, tmp_path: Path) -> None:
    """A refused sign-in rolls its request back, not the count."""
    with opened(database_url, tmp_path, Limits(sign_ins_per_minute=4)) as doors:
        # Twice the limit and one more: a new minute may begin in between, once.
        for _ in range(9):
            answer = doors.client.post("/api/v1/sessions", json={"username": "nobody", "password": "wrong"})
            if answer.status_code != 401:
                break
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
