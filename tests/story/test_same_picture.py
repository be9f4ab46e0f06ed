"""Same picture, same problem: what operators are told, and what residents never are."""

from __future__ import annotations

import io
import uuid
from typing import Any

from PIL import Image

from api.clients import File, send_upload
from tests.story.people import HERE, People, eventually
from tests.story.photos import phone_photo

# Far from where the other tests report.
CORNER = {"lon": 107.0731, "lat": 10.3702, "accuracy_m": 9}
ELSEWHERE = {"lon": 107.0602, "lat": 10.3551, "accuracy_m": 9}
DEFAULT = {"lon": 107.0888, "lat": 10.3777}


def sent_on(photo: bytes) -> bytes:
    """The picture as a chat program passes it on: smaller, compressed again, without its EXIF."""
    kept = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as image:
        turned = image.transpose(Image.Transpose.ROTATE_270)
        turned.resize((turned.width // 2, turned.height // 2)).save(kept, "JPEG", quality=60)
    return kept.getvalue()


async def checked(people: People, code: str) -> dict[str, Any]:
    """The report as an operator sees it once its pictures have been looked at."""
    operator = await people.operator()
    return await eventually(
        lambda: operator.get(f"/api/v1/reports/{code}"),
        lambda report: all(one["state"] != "processing" and one.get("privacy") for one in report["media"]),
    )


async def warned(people: People, code: str, role: str = "report") -> list[dict[str, Any]]:
    """The warnings that a picture of the report was used before, as soon as there are any."""

    def told(report: dict[str, Any]) -> list[dict[str, Any]]:
        media = [one for one in report["media"] if one["role"] == role]
        return [warning for one in media for warning in one["warnings"] if warning["code"] == "used-before"]

    operator = await people.operator()
    return told(await eventually(lambda: operator.get(f"/api/v1/reports/{code}"), lambda report: bool(told(report))))


async def similar(people: People, report: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await (await people.operator()).get(f"/api/v1/reports/{report['code']}/similar"))["reports"])


async def test_the_same_picture_from_another_place_warns_the_operator(people: People) -> None:
    photo = phone_photo(CORNER["lon"], CORNER["lat"], seed=uuid.uuid4().int, size=(640, 480))
    first = await people.sent(await people.resident(), [File("a.jpg", photo)], location=CORNER, description="Ổ gà to.")
    await checked(people, first["code"])
    sender = await people.resident()
    second = await people.sent(sender, [File("b.jpg", sent_on(photo))], location=ELSEWHERE, description="Hố sâu.")
    (warning,) = await warned(people, second["code"])
    assert (warning["report"], warning["same_file"]) == (first["code"], False)
    assert warning["distance"] <= 6
    # The picture carries it although the places are far apart.
    near = await similar(people, second)
    assert [one["code"] for one in near] == [first["code"]]
    assert near[0]["because"][0]["code"] == "picture"
    # Of two uses one is the first, and residents hear nothing of other people's reports.
    assert (await checked(people, first["code"]))["media"][0]["warnings"] == []
    own = await sender.get(f"/api/v1/reports/{second['code']}")
    assert first["code"] not in str(own)


async def test_the_damage_is_no_proof_of_its_repair(people: People) -> None:
    photo = phone_photo(HERE["lon"], HERE["lat"], seed=uuid.uuid4().int, size=(640, 480))
    report = await people.sent(await people.resident(), [File("truoc.jpg", photo)])
    await checked(people, report["code"])
    report = await people.brought_to("in_progress", report)
    officer = await people.agency(report["lead"])
    proof = await send_upload(officer, File("sau.jpg", sent_on(photo)))
    await people.command(officer, report, "resolve", summary="Đã vá.", media=[proof])
    warnings = await warned(people, report["code"], "proof")
    assert [(one["report"], one["own"]) for one in warnings] == [(report["code"], True)]


async def test_one_place_and_hour_but_two_kinds_are_two_problems(people: People) -> None:
    corner = {**CORNER, "lat": CORNER["lat"] + 0.01}
    first = await people.sent(await people.resident(), location=corner, description="Ổ gà to giữa ngã tư.")
    again = await people.sent(await people.resident(), location=corner, description="o ga giua nga tu")
    await people.sent(
        await people.resident(), category="street-light", location=corner, description="Đèn đường tắt cả dãy."
    )
    found = await similar(people, first)
    assert [one["code"] for one in found] == [again["code"]]
    assert found[0]["score"] > 0.7
    assert {one["code"] for one in found[0]["because"]} == {"distance", "same-category", "text", "time"}


async def test_a_default_coordinate_makes_no_duplicates(people: People) -> None:
    texts = (
        "Ổ gà trước cổng trường tiểu học",
        "Mặt đường bong tróc gần cầu",
        "Hố sâu ở đường Lê Hồng Phong",
        "Đường ngập không đi được ở hẻm 5",
        "Lún nền đường cạnh bến xe",
        "Nứt mặt đường trước nhà văn hóa khu phố",
    )
    sent = [await people.sent(await people.resident(), location=DEFAULT, description=words) for words in texts]
    assert [await similar(people, report) for report in sent] == [[]] * len(sent)
    story = "Nắp cống vỡ ngay trước cổng bệnh viện, rất nguy hiểm cho người đi bộ"
    one = await people.sent(await people.resident(), location=DEFAULT, description=story)
    other = await people.sent(await people.resident(), location=DEFAULT, description=story.lower())
    assert [found["code"] for found in await similar(people, other)] == [one["code"]]
