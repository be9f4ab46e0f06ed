"""Two operators race for the same hundred cases through two servers: never two holders, and the loser hears whom."""

from __future__ import annotations

import asyncio

from api.clients import Live, Refused
from tests.story.people import People, eventually, heard

CASES = 100
PER_DEVICE = 50
# Out of the way of stories that are about what lies near by.
ELSEWHERE = {"lon": 107.1350, "lat": 10.3905}


async def _cases(people: People) -> list[str]:
    residents = [await people.resident() for _ in range(CASES // PER_DEVICE)]
    sent = await asyncio.gather(*(_some(people, resident) for resident in residents))
    return [code for codes in sent for code in codes]


async def _some(people: People, resident: object) -> list[str]:
    return [(await people.sent(resident, location=ELSEWHERE))["code"] for _ in range(PER_DEVICE)]  # type: ignore[arg-type]


async def _try(live: Live, code: str) -> str | None:
    """None: the case is ours. Otherwise who has it, as the refusal itself says."""
    try:
        await live.command("claim", code)
    except Refused as refused:
        assert refused.slug == "held"
        return str(refused.problem["report"]["claim"]["by"]["username"])
    return None


async def test_a_hundred_cases_have_one_holder_each_and_the_loser_is_told_by_whom(people: People) -> None:
    codes = await _cases(people)
    at_first, at_second = people.first, people.second
    one = await people.staff("operator1", at_first)
    two = await people.staff("operator2", at_second)
    async with people.live(one, "operations") as left, people.live(two, "operations") as right:
        # Each in an order of its own, so that now this one and now that one comes first.
        lefts, rights = await asyncio.gather(
            asyncio.gather(*(_try(left, code) for code in codes)),
            asyncio.gather(*(_try(right, code) for code in reversed(codes))),
        )
        told = dict(zip(codes, lefts, strict=True))
        other = dict(zip(reversed(codes), rights, strict=True))
        for code in codes:
            assert (told[code] is None) != (other[code] is None), f"{code}: two holders, or none"
            assert told[code] in (None, "operator2") and other[code] in (None, "operator1")
        # Both screens hear of a claim of the other's, and agree on it.
        for live, answers, rival in ((left, told, "operator2"), (right, other, "operator1")):
            lost = next((code for code in codes if answers[code] is not None), None)
            if lost is not None:
                event = await heard(live, "report.claimed", lost)
                assert event["report"]["claim"]["by"]["username"] == rival
    held = await eventually(lambda: _holders(people, codes), lambda holders: None not in holders)
    assert held == ["operator1" if told[code] is None else "operator2" for code in codes]


async def _holders(people: People, codes: list[str]) -> list[str | None]:
    operator = await people.operator()
    reports = await asyncio.gather(*(operator.get(f"/api/v1/reports/{code}") for code in codes))
    return [report["claim"]["by"]["username"] if report["claim"] else None for report in reports]
