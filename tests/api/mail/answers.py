"""A city that writes to an agency by mail: what happens before its answer comes, the answer, and what became of it."""

from email.message import EmailMessage
from typing import Any

from sqlalchemy import text

from api.handing_over import open_courier
from api.wiring import House
from tests.reports.town import OPERATOR, Town
from tests.sealing import seal_all

OURS, THEIRS = "phan-anh@city.gov.vn", "tiepnhan@roads.gov.vn"


async def dispatched(town: Town, category: str = "pothole", by: Any = OPERATOR) -> str:
    code = str((await town.send(await town.phone(), category, description="Ổ gà\nsâu"))["code"])
    await town.give(by, "verify", code)
    await town.give(by, "dispatch", code, note="Gần trường học")
    return code


async def carried(house: House) -> None:
    """What a worker does every second."""
    await seal_all(house.transactions.engine)
    async with open_courier(house) as courier:
        await courier.react()
        while await courier.carry("roads") is not None:
            pass


def answer(to: EmailMessage, words: str, *, sender: str = THEIRS, number: int = 1, photo: bytes | None = None) -> bytes:
    """What the agency's mail program makes of pressing Reply."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = sender, str(to["Reply-To"]), f"<{number}@roads.gov.vn>"
    mail["Subject"] = f"Re: {to['Subject']}"
    mail.set_content(f"{words}\n\nVào Th 3, 24 thg 11, 2026 Trung tâm <{OURS}> đã viết:\n> Phiếu giao xử lý\n")
    if photo is not None:
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename="sau.jpg")
    return bytes(mail)


async def case(town: Town, code: str) -> Any:
    async with town.engine.connect() as conn:
        sql = "SELECT state, resolution ->> 'summary' AS summary, returns FROM report WHERE code = :code"
        return (await conn.execute(text(sql), {"code": code})).one()


async def kept(town: Town) -> list[Any]:
    async with town.engine.connect() as conn:
        return list((await conn.execute(text("SELECT * FROM mail ORDER BY id"))).all())


async def said(town: Town, code: str) -> list[dict[str, Any]]:
    """What the case's timeline has of mails."""
    async with town.engine.connect() as conn:
        sql = (
            "SELECT data, actor, audience FROM journal j JOIN report r ON r.id = j.report_id"
            " WHERE r.code = :code AND event = 'report.mail_received' ORDER BY j.id"
        )
        rows = (await conn.execute(text(sql), {"code": code})).all()
    assert all(row.actor["kind"] == "agency" and row.audience == "agency" for row in rows)
    return [row.data for row in rows]
