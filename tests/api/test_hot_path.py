"""Sending a report stays two statements, whoever the sender is and however many phones they have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.api.residents import Town, town

# What the sealer and the feed of the same process do meanwhile concerns other tables.
OF_SENDING = ("reporter", "credential", "device", "report ", "resident")


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with town(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that this process sends about reports and people, as it is sent."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        if any(table in str(query) for table in OF_SENDING) and "journal j" not in str(query):
            seen.append(str(query))
        return await execute(self, query, *arguments, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", noted)
    return seen


def test_two_statements(city: Town, statements: list[str]) -> None:
    phone, other = city.phone(), city.phone()
    city.send(phone)
    for one in (phone, other):
        city.ask("POST", "/api/v1/residents/phone", one, {"phone": "0912345678"})
        code = city.sms.code_for("+84912345678", 0 if one is phone else 1)
        body = {"phone": "0912345678", "code": code}
        assert city.ask("POST", "/api/v1/residents/phone/verify", one, body).status_code == 204
    assert len(city.mine(other)) == 1
    statements.clear()
    city.send(phone)
    assert len(statements) == 2, statements
    assert "WITH who" in statements[0] and "INSERT INTO reporter" in statements[1]


def test_straight_to_the_agency_is_written_as_a_whole(city: Town) -> None:
    city.write("UPDATE routing_rule SET straight_through = true")
    code = city.send(city.phone())
    (row,) = city.rows("SELECT state, version, involved <> '{}' AS involved FROM report")
    assert (row.state, row.version, row.involved) == ("dispatched", 3, True)
    city.write("UPDATE agency SET active = false")
    waits = city.send(city.phone())
    states = {row.code: row.state for row in city.rows("SELECT code, state FROM report")}
    assert states == {code: "dispatched", waits: "received"}
