"""What can be reported: the city's categories as the form shows them, and the wording of names in the
reader's language.
"""

from typing import Any

from reports.configuration import CategoryRules, City

HEADINGS_FROM = 19
"""Up to 18 kinds are seen at one glance without headings; beyond that their groups help."""


def name_of(category: CategoryRules, locale: str) -> str:
    """The category's name in the reader's language."""
    return (category.name_en if locale == "en" else None) or category.name


def offered(city: City, locale: str) -> list[dict[str, Any]]:
    """Groups of kinds: [{name, children: [{code, name, icon, find, stopper, questions, anonymous}]}].

    `name` is empty where the form needs no heading; `find` is what the search looks through, in both
    languages.
    """
    kinds = [category for category in city.categories.values() if category.leaf]
    if len(kinds) < HEADINGS_FROM:
        return [{"name": "", "children": [_kind(city, kind, locale) for kind in kinds]}]
    tops: dict[str, list[CategoryRules]] = {}
    for kind in kinds:
        tops.setdefault(kind.path[-1], []).append(kind)
    return [
        {
            "name": name_of(city.categories[top], locale),
            "children": [_kind(city, kind, locale) for kind in members],
        }
        for top, members in tops.items()
    ]


def _kind(city: City, kind: CategoryRules, locale: str) -> dict[str, Any]:
    family = [city.categories[code] for code in kind.path if code in city.categories]
    return {
        "code": kind.code,
        "name": name_of(kind, locale),
        "icon": kind.icon,
        "find": " ".join(f"{member.name} {member.name_en}" for member in family),
        "stopper": _stopper(kind.stopper, locale),
        "questions": kind.questions if (kind.questions or {}).get("properties") else None,
        "anonymous": kind.anonymous_allowed,
    }


def _stopper(stopper: dict[str, Any] | None, locale: str) -> dict[str, Any] | None:
    if not stopper or not stopper.get("text"):
        return None
    text = (stopper.get("text_en") if locale == "en" else None) or stopper["text"]
    return {"text": text, "phone": stopper.get("phone")}


def for_sender(report: dict[str, Any], city: City, locale: str) -> dict[str, Any]:
    """The report object with the category's icon, and names in the reader's language."""
    category = city.categories.get(report["category"])
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
