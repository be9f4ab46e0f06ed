"""`hientruong check`: is everything there, and does the journal's chain of hashes hold."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.cli_words import speak
from api.migrate import newest
from api.wiring import House
from geo.sentences import Sentence
from media.model_files import models_present
from notifications.handovers import answer_box
from reports import readers
from reports.cells import Comparison, compare
from reports.configuration import City, NoConfiguration
from reports.problems import Unavailable
from reports.sealing import verify_chain

NAMES: Final = {
    "database": "cơ sở dữ liệu",
    "migrations": "cấu trúc dữ liệu",
    "city": "thành phố",
    "restricted lane": "kênh hạn chế",
    "mail box": "hộp thư",
    "store": "kho ảnh",
    "models": "bộ dò mặt, biển số",
    "map": "bản đồ",
    "journal": "nhật ký",
}
_told = Sentence.told
# What `reports.sealing` finds wrong with an entry.
_BREAKS = {
    "an entry is missing": Sentence("an entry is missing", "thiếu một mục"),
    "an entry was changed": Sentence("an entry was changed", "một mục đã bị sửa"),
}


def line(what: str, how: str) -> str:
    """One thing that was checked, for a person."""
    return f"{speak(Sentence(what, NAMES.get(what, what)))}: {speak(how)}"


def _restricted(city: City) -> Sentence:
    """Whether every restricted category has somebody to read it."""
    alone = readers.unread(city)
    if alone:
        return _told(
            "read by nobody: {alone}; name readers with 'hientruong readers add'",
            "chưa có ai được đọc: {alone}; giao người đọc bằng 'hientruong readers add'",
            alone=", ".join(alone),
        )
    if not city.readers:
        return Sentence("ready, there is none", "sẵn sàng, không có lĩnh vực nào")
    return _told(
        "ready, {n} categories with named readers", "sẵn sàng, {n} lĩnh vực đã có người đọc", n=len(city.readers)
    )


async def mail_box(conn: AsyncConnection) -> Sentence:
    """Whether the answers of agencies that work by mail are read."""
    box = await answer_box.state(conn)
    if box is None:
        return Sentence("ready, nobody reads one", "sẵn sàng, không đọc hộp thư nào")
    if box["failing_since"] is not None:
        return _told(
            "cannot be read since {failing_since:%Y-%m-%d %H:%M} UTC ({why}): {error}",
            "không đọc được từ {failing_since:%H:%M %d/%m/%Y} UTC ({why}): {error}",
            **box,
        )
    said = [
        _told(
            "ready, last read at {worked_at:%Y-%m-%d %H:%M} UTC",
            "sẵn sàng, đọc lần cuối {worked_at:%H:%M %d/%m/%Y} UTC",
            **box,
        )
    ]
    if box["left_behind"]:
        said.append(
            _told("{left_behind} mails in it could not be taken", "{left_behind} thư chưa lấy được, sẽ thử lại", **box)
        )
    if box["waiting"]:
        said.append(_told("{waiting} more are taken at the next looks", "còn {waiting} thư lấy ở các lượt sau", **box))
    return Sentence.joined(said)


async def check_everything(house: House) -> dict[str, Sentence]:
    """What was checked and how it is: "ready ..." or what is wrong, in one sentence each."""
    found: dict[str, Sentence] = {}
    try:
        async with house.transactions.read() as conn:
            revision = (await conn.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
        found["migrations"] = (
            _told("ready at {at}", "sẵn sàng, phiên bản {at}", at=revision)
            if revision == newest()
            else _told("at {at}; run 'hientruong migrate'", "ở phiên bản {at}; chạy 'hientruong migrate'", at=revision)
        )
        async with house.transactions.read() as conn:
            city = await house.configurations.current(conn)
            found["restricted lane"] = _restricted(city)
            found["mail box"] = await mail_box(conn)
            found["city"] = _told(
                "ready with {categories} categories and {rules} rules",
                "sẵn sàng, có {categories} lĩnh vực và {rules} quy tắc",
                categories=len(city.categories),
                rules=len(city.rules),
            )
    except (SQLAlchemyError, Unavailable) as error:
        away = _told(
            "does not answer or is not migrated ({what}); run 'hientruong migrate'",
            "không trả lời hoặc chưa cập nhật cấu trúc ({what}); chạy 'hientruong migrate'",
            what=type(error).__name__,
        )
        return {"database": away}
    except NoConfiguration as error:
        found["city"] = Sentence(str(error), "chưa có cấu hình; chạy 'hientruong demo' hoặc 'hientruong config apply'")
    found["store"] = (
        Sentence("ready", "sẵn sàng")
        if await house.store.ready()
        else Sentence("does not answer", "không trả lời; xem HIENTRUONG_STORE_URL và quyền ghi")
    )
    found["models"] = (
        Sentence("ready to look for faces and plates", "sẵn sàng dò mặt người và biển số")
        if models_present()
        else Sentence(
            "not installed, so no picture is published without a person's look; run the set-up again",
            "chưa cài, nên ảnh chỉ được công khai sau khi có người xem; chạy lại bước cài đặt",
        )
    )
    async with house.engine.connect() as conn:
        # A chain of millions of entries takes longer than a request may.
        await conn.execute(text("SET LOCAL statement_timeout = 0"))
        entries, broken = await verify_chain(conn)
        found["map"] = _map_of(await compare(conn))
    found["journal"] = (
        _told("ready, {n} entries in one chain", "sẵn sàng, {n} mục trong một chuỗi liền", n=entries)
        if broken is None
        else _told("broken at {seq}: {why}", "chuỗi đứt ở mục {seq}: {why}", seq=broken.seq, why=_BREAKS[broken.reason])
    )
    return found


def _map_of(kept: Comparison) -> Sentence:
    if not kept.counted:
        return Sentence(
            "ready, to be counted by the next worker; until then tiles of the whole city are slow",
            "sẵn sàng, worker kế tiếp sẽ đếm; đến lúc ấy bản đồ toàn thành phố còn chậm",
        )
    if kept.right:
        return _told(
            "ready, {n} reports counted, and a count of all of them agrees",
            "sẵn sàng, đã đếm {n} phản ánh và đếm lại toàn bộ thấy khớp",
            n=kept.points,
        )
    return _told(
        "{cells} cells and {points} reports are counted wrongly; run 'hientruong count-map'",
        "đếm sai {cells} ô và {points} phản ánh; chạy 'hientruong count-map'",
        cells=kept.wrong_cells,
        points=kept.wrong_points,
    )
