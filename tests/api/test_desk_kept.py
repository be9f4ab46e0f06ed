"""Views and templates at the desk: one's own, the center's, and who may do what with them."""

from typing import Any

import pytest

from tests.api.conftest import Doors

KINDS: dict[str, dict[str, Any]] = {
    "views": {"name": "Phường 1, trễ hạn", "query": {"tab": "agencies", "late": True}},
    "templates": {"command": "reject", "name": "Trùng", "text": "Phản ánh {code} về {category} ở {area} đã có."},
}


def call(doors: Doors, who: str, method: str, path: str, body: Any = None) -> Any:
    return doors.client.request(method, f"/api/v1/{path}", json=body, headers=doors.headers(who))


def names(doors: Doors, who: str, kind: str) -> set[str]:
    return {one["name"] for one in call(doors, who, "GET", kind).json()[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_own_things_are_nobody_elses(doors: Doors, kind: str) -> None:
    made = call(doors, "operator", "POST", kind, KINDS[kind])
    assert made.status_code == 201, made.text
    at = f"{kind}/{made.json()['id']}"
    assert (made.json()["shared"], made.json()["mine"]) == (False, True)
    for other in ("supervisor", "admin", "lead"):
        assert KINDS[kind]["name"] not in names(doors, other, kind)
        assert call(doors, other, "PATCH", at, {"name": "meins"}).status_code == 404
        assert call(doors, other, "DELETE", at).status_code == 404
    assert call(doors, "operator", "PATCH", at, {"name": "Tên khác"}).json()["name"] == "Tên khác"
    assert call(doors, "operator", "DELETE", at).status_code == 204
    assert "Tên khác" not in names(doors, "operator", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_shared_things_are_the_centers_and_a_supervisors_to_change(doors: Doors, kind: str) -> None:
    shared = {**KINDS[kind], "name": f"Của trung tâm {kind}", "shared": True}
    assert call(doors, "operator", "POST", kind, shared).status_code == 403
    made = call(doors, "supervisor", "POST", kind, shared).json()
    at = f"{kind}/{made['id']}"
    assert made["name"] in names(doors, "operator", kind)
    assert made["name"] not in names(doors, "lead", kind)
    assert call(doors, "operator", "PATCH", at, {"name": "x"}).status_code == 403
    assert call(doors, "operator", "DELETE", at).status_code == 403
    mine = call(doors, "operator", "POST", kind, KINDS[kind]).json()
    assert call(doors, "operator", "PATCH", f"{kind}/{mine['id']}", {"shared": True}).status_code == 403
    taken = call(doors, "supervisor", "PATCH", at, {"shared": False}).json()
    assert (taken["shared"], taken["mine"]) == (False, True)
    assert made["name"] not in names(doors, "operator", kind)
    assert call(doors, "supervisor", "DELETE", at).status_code == 204


def test_a_view_comes_back_whole_and_one_of_them_opens_the_desk(doors: Doors) -> None:
    first = call(doors, "leader", "POST", "views", {**KINDS["views"], "default": True}).json()
    assert first["query"] == {
        **{"tab": "agencies", "text": "", "category": "", "area": "", "agency": "", "channel": "", "person": ""},
        **{"urgent": False, "late": True, "mine": False, "order": "due"},
    }
    shared = call(doors, "supervisor", "POST", "views", {**KINDS["views"], "name": "Chung", "shared": True}).json()
    # Anybody may begin with a view they do not own.
    assert call(doors, "leader", "PATCH", f"views/{shared['id']}", {"default": True}).json()["default"] is True
    defaults = [one["id"] for one in call(doors, "leader", "GET", "views").json()["views"] if one["default"]]
    assert defaults == [shared["id"]]
    assert call(doors, "leader", "PATCH", f"views/{shared['id']}", {"default": False}).json()["default"] is False
    call(doors, "leader", "PATCH", f"views/{first['id']}", {"default": True, "query": {"order": "priority"}})
    assert call(doors, "leader", "DELETE", f"views/{first['id']}").status_code == 204
    assert not any(one["default"] for one in call(doors, "leader", "GET", "views").json()["views"])
    call(doors, "supervisor", "DELETE", f"views/{shared['id']}")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("views", {"name": " ", "query": {}}, "/name"),
        ("views", {"name": "x" * 61, "query": {}}, "/name"),
        ("views", {"name": "x", "query": {"tab": "nowhere"}}, "/query/tab"),
        ("views", {"name": "x", "query": {"colour": "red"}}, "/query/colour"),
        ("templates", {"command": "ask", "name": "x", "text": "Xin {tên} cho biết"}, "/text"),
        ("templates", {"command": "ask", "name": "x", "text": "x" * 2001}, "/text"),
        ("templates", {"command": "claim", "name": "x", "text": "y"}, "/command"),
    ],
)
def test_what_cannot_be_kept_names_its_field(doors: Doors, path: str, body: Any, pointer: str) -> None:
    answer = call(doors, "operator", "POST", path, body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_nobody_keeps_without_end(doors: Doors) -> None:
    made = []
    for at in range(51):
        answer = call(doors, "outsider", "POST", "views", {"name": f"{at}", "query": {}})
        made.append(answer.json().get("id"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/name"
    for one in made[:-1]:
        call(doors, "outsider", "DELETE", f"views/{one}")


def test_unknown_ids_are_not_there(doors: Doors) -> None:
    for wanted in ("x", "00000000-0000-4000-8000-000000000000"):
        assert call(doors, "operator", "PATCH", f"views/{wanted}", {"name": "x"}).status_code == 404
        assert call(doors, "operator", "DELETE", f"templates/{wanted}").status_code == 404
