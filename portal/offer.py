"""What can be reported: the city's categories as the form shows them, and the wording of names in the
reader's language.
"""

from collections.abc import Sequence
from typing import Any

from portal.questions import Question, questions_of
from portal.wording import translator
from reports.configuration import CategoryRules, City

HEADINGS_FROM = 19
"""Up to 18 kinds are seen at one glance without headings; beyond that their groups help."""

WORDS_REQUIRED = "x-words-required"
"""Beside `properties` in a category's questions, true: a photo or a voice alone does not tell what is wrong."""


def name_of(category: CategoryRules, locale: str) -> str:
    """The category's name in the reader's language."""
    return (category.name_en if locale == "en" else None) or category.name


def offered(city: City, locale: str, likely: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Groups of kinds: [{name, likely, children: [{code, name, icon, find, stopper, questions, anonymous, voice,
    words}]}], first the one of the `likely` codes in their order.

    `name` is empty where the form needs no heading; `find` is what the search looks through, in both languages.
    """
    kinds = {category.code: category for category in city.categories.values() if category.leaf}
    first = [kinds.pop(code) for code in likely if code in kinds]
    groups = [{"name": "", "likely": True, "children": [_kind(city, kind, locale) for kind in first]}] if first else []
    rest = list(kinds.values())
    if len(first) + len(rest) < HEADINGS_FROM:
        return [*groups, {"name": "", "likely": False, "children": [_kind(city, kind, locale) for kind in rest]}]
    tops: dict[str, list[CategoryRules]] = {}
    for kind in rest:
        tops.setdefault(kind.path[-1], []).append(kind)
    headed = [
        {
            "name": name_of(city.categories[top], locale),
            "likely": False,
            "children": [_kind(city, kind, locale) for kind in members],
        }
        for top, members in tops.items()
    ]
    return [*groups, *headed]


def _kind(city: City, kind: CategoryRules, locale: str) -> dict[str, Any]:
    family = [city.categories[code] for code in kind.path if code in city.categories]
    return {
        "code": kind.code,
        "name": name_of(kind, locale),
        "icon": kind.icon,
        "find": " ".join(f"{member.name} {member.name_en}" for member in family),
        "stopper": stopper_of(kind, locale),
        "questions": asked_by(kind, locale),
        "anonymous": kind.anonymous_allowed,
        "voice": kind.voice_allowed,
        "words": needs_words(kind),
    }


def asked_by(kind: CategoryRules, locale: str) -> list[Question]:
    """The kind's extra questions in the reader's language."""
    t = translator(locale)
    return questions_of(kind.questions, locale, t("form.yes"), t("form.no"))


def needs_words(kind: CategoryRules) -> bool:
    """Whether a description must be written even beside a photo."""
    return bool((kind.questions or {}).get(WORDS_REQUIRED))


def stopper_of(kind: CategoryRules, locale: str) -> dict[str, Any] | None:
    """What must be read before anything of this kind is sent, {text, phone}; None for most kinds."""
    stopper = kind.stopper
    if not stopper or not stopper.get("text"):
        return None
    text = (stopper.get("text_en") if locale == "en" else None) or stopper["text"]
    return {"text": text, "phone": stopper.get("phone")}


def for_sender(report: dict[str, Any], city: City, locale: str) -> dict[str, Any]:
    """The report object with the category's icon, and names in the reader's language."""
    category = city.category(report["category"])
    agency = city.agencies.get(report["lead"] or "")
    return {
        **report,
        "category_icon": category.icon if category else "other",
        "category_name": name_of(category, locale) if category else report["category_name"],
        "lead_name": (agency.name_en if agency and locale == "en" else None) or report["lead_name"],
    }


def agency_names(city: City, locale: str) -> dict[str, str]:
    """Names of all agencies by code, in the reader's language."""
    return {code: (agency.name_en if locale == "en" else None) or agency.name for code, agency in city.agencies.items()}


def filter_choices(city: City, locale: str) -> dict[str, list[dict[str, Any]]]:
    """What the list can be narrowed by: public `categories` (tops before their kinds, `parent` on these),
    `agencies`.
    """
    public = [category for category in city.categories.values() if category.public and not category.restricted]
    tops = [category for category in public if category.parent is None]
    ordered = [one for top in tops for one in (top, *(kind for kind in public if kind.parent == top.code))]
    names = sorted(agency_names(city, locale).items(), key=lambda agency: agency[1])
    return {
        "categories": [
            {"code": one.code, "parent": one.parent, "name": name_of(one, locale), "icon": one.icon} for one in ordered
        ],
        "agencies": [{"code": code, "name": name} for code, name in names],
    }
