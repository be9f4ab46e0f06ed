"""The ladders a city makes: what has the form is what escalation goes by, and what goes wrong is told where it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.administration import ladders
from reports.administration.findings import form_troubles
from reports.configuration import LANES
from reports.escalation import CAUSES, KEPT, LONGEST, RECIPIENTS, UNITS, ladder

amounts = st.integers(-2, LONGEST + 2) | st.integers(95, 105) | st.booleans() | st.none() | st.just(1.5)
rungs = st.fixed_dictionaries(
    {
        "cause": st.sampled_from([*CAUSES, "early"]),
        "after": st.fixed_dictionaries({"amount": amounts, "unit": st.sampled_from([*UNITS, "days"])}),
        "to": st.sampled_from([*RECIPIENTS, "mayor"]),
    }
)


def rung(amount: int, to: str, unit: str = "minutes", cause: str = "late") -> dict[str, Any]:
    return {"cause": cause, "after": {"amount": amount, "unit": unit}, "to": to}


ORDER = "/2/after/amount"
UNTOUCHED = rung(5, "head", cause="untouched")


@given(st.lists(rungs, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_ladder_of_the_right_form_is_the_one_that_is_climbed_and_no_other_is_let_in(found: list[Any]) -> None:
    setting = {"escalation": {"standard": found}}
    # Where a city says nothing of failed proof, or of results that wait for the center, the usual steps for it hold.
    causes = [cause for cause in CAUSES if cause not in KEPT or any(one["cause"] == cause for one in found)]
    climbed = [
        (one.cause, one.amount, one.unit, one.to) for cause in causes for one in ladder(setting, "standard", cause)
    ]
    meant = [
        (one["cause"], one["after"]["amount"], one["after"]["unit"], one["to"])
        for cause in causes
        for one in found
        if one["cause"] == cause
    ]
    assert (climbed == meant) == (not form_troubles("settings", setting))


def test_per_cent_are_for_late_cases_and_begin_at_the_due_time() -> None:
    early, elsewhere = rung(80, "head", "percent"), rung(150, "head", "percent", "untouched")
    found = form_troubles("settings", {"escalation": {"standard": [early, elsewhere]}})
    assert [(pointer, why.vi) for pointer, why in found] == [
        ("/escalation/standard/0/after/amount", "phải từ 100 trở lên"),
        ("/escalation/standard/1/cause", "phải là một trong: late"),
    ]


def test_the_usual_ladders_are_told_and_have_nothing_wrong() -> None:
    assert list(ladders.USUAL) == list(LANES)
    assert form_troubles("settings", {"escalation": ladders.USUAL}) == []
    assert list(ladders.problems({"escalation": ladders.USUAL})) == []
    assert [one["to"] for one in ladders.USUAL["restricted"] if one["cause"] == "proof"] == ["supervisor", "leader"]
    assert list(ladders.problems({})) == list(ladders.problems({"escalation": {"standard": None}})) == []


@pytest.mark.parametrize(
    ("made", "wrong"),
    [
        ([UNTOUCHED, rung(9, "head"), rung(8, "leader")], [("rung-order", ORDER)]),
        ([UNTOUCHED, rung(9, "head"), rung(8, "leader", "working_hours")], []),
        ([rung(9, "head"), UNTOUCHED, rung(9, "head")], [("called-twice", "/2/to")]),
        (
            [UNTOUCHED, rung(150, "head", "percent"), rung(120, "leader", "percent")],
            [("rung-order", "/2/after/amount")],
        ),
        ([rung(0, "head")], [("nobody-untouched", "")]),
        ([], [("nobody-untouched", ""), ("nobody-late", "")]),
    ],
)
def test_what_cannot_work_is_told_at_its_step(made: Any, wrong: list[tuple[str, str]]) -> None:
    found = list(ladders.problems({"escalation": {"instant": made}}))
    assert [(one.kind, one.pointer) for one in found] == [(kind, f"/escalation/instant{at}") for kind, at in wrong]
    assert all(one.as_document()["detail_vi"] and one.code == "escalation" for one in found)
