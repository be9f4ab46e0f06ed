"""The pages as HTML text. Each function takes what it shows as plain values; none reads the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from portal.environment import View, render
from portal.moments import Clock, parsed
from portal.published import Filters
from portal.story import choices, steps, story
from portal.wording import Translate, translator, words

Json = Mapping[str, Any]

PROBLEMS: Sequence[str] = ("not-found", "not-yours", "too-many", "refused", "failure")


@dataclass(frozen=True)
class Limits:
    """What one report may bring: number of photos, bytes of each, characters of the description."""

    media: int = 6
    bytes: int = 20 * 1024 * 1024
    description: int = 4000


@dataclass(frozen=True)
class Entered:
    """What a resident has typed into the plain form, to be shown again; all as text."""

    category: str = ""
    lon: str = ""
    lat: str = ""
    accuracy_m: str = ""
    place: str = ""
    area: str = ""
    description: str = ""
    anonymous: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)


def _query(filters: Filters, **more: str | None) -> dict[str, str]:
    """The filters as they stand in the address; empty ones are left out, so that one view has one address."""
    box = ",".join(f"{edge:g}" for edge in filters.bbox) if filters.bbox else None
    plain = {name: getattr(filters, name) for name in ("category", "area", "agency", "q", "rating")}
    return {name: value for name, value in {**plain, "bbox": box, **more}.items() if value}


def list_page(
    view: View, collection: Json, counts: Json, choices: Json, filters: Filters, *, continued: bool = False
) -> str:
    """The first page: figures, filters, list and map. `collection` as `published_page` gives it, parsed."""
    asked = _query(filters)
    following = collection.get("next")
    return render(
        "list.html",
        view,
        collection=collection,
        counts=counts,
        choices=choices,
        filters=filters,
        bbox=asked.get("bbox"),
        narrowed=bool(asked),
        only_words=set(asked) == {"q"},
        continued=continued,
        next_url="/?" + urlencode({**asked, "after": following}) if following else None,
        first_url="/?" + urlencode(asked) if asked else "/",
        source_url="/api/v1/public/reports" + ("?" + urlencode(asked) if asked else ""),
    )


def report_page(view: View, report: Json) -> str:
    """One published report, as `published_report` gives it."""
    return render("report.html", view, report=report)


def new_page(
    view: View,
    categories: Sequence[Json],
    places: Json,
    *,
    limits: Limits,
    entered: Entered | None = None,
    errors: Iterable[str] = (),
) -> str:
    """The report form. `categories` as `portal.offer.offered` gives them; `places`: {areas, bounds} as
    `portal.places.areas` does; `errors` are sentences in the reader's language.
    """
    return render(
        "new.html",
        view,
        categories=categories,
        areas=places["areas"],
        bounds=places.get("bounds"),
        limits=limits,
        form=entered or Entered(),
        errors=list(errors),
    )


def tracking_page(
    view: View, report: Json, timeline: Iterable[Json], agencies: Mapping[str, str], *, sent: bool = False
) -> str:
    """The sender's own page of a report, which is the report object dressed by `portal.offer.for_sender`.

    `timeline` as `portal.own.told` gives it; `agencies` are names by code; `sent`: this is right after
    sending.
    """
    t = translator(view.locale)
    due = parsed(report["due_at"])
    is_open = report["public_status"] in ("waiting", "in_progress") and report["state"] != "merged"
    return render(
        "tracking.html",
        view,
        report=report,
        sent=sent,
        steps=steps(report),
        can=choices(report),
        story=story(timeline, agencies, Clock(view.zone, view.now, t), t, words(view.locale)),
        open=is_open,
        overdue=is_open and report["due_basis"] == "running" and due is not None and due < view.now,
        refusal=lambda refused: _refusal(refused, t, view.locale),
    )


def _refusal(refused: Json, t: Translate, locale: str) -> str:
    key = f"refusal.{refused.get('code')}"
    return t(key if key in words(locale) else "refusal.other")


def mine_page(view: View, reports: Sequence[Json], inbox: Sequence[Json]) -> str:
    """The device's own reports (report objects with `category_icon`), newest first, and its notices."""
    return render("mine.html", view, reports=reports, inbox=inbox)


def problem_page(view: View, kind: str, detail: str = "") -> str:
    """An error in plain words; `kind` is one of PROBLEMS, anything else is told as a failure of ours."""
    return render("problem.html", view, kind=kind if kind in PROBLEMS else "failure", detail=detail)
