"""The pages as HTML text. Each function takes what it shows as plain values; none reads the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from portal.environment import FORM_WORDS, View, browser_words, render
from portal.filters import Filters, address, asked
from portal.moments import Clock, parsed
from portal.story import choices, extensions, steps, story
from portal.wording import Translate, translator, words

Json = Mapping[str, Any]

PROBLEMS: Sequence[str] = ("not-found", "not-yours", "too-many", "refused", "failure")


@dataclass(frozen=True)
class Limits:
    """What one report may bring: number of files, bytes and seconds of each sort, characters of the description."""

    media: int = 6
    bytes: int = 20 * 1024 * 1024
    description: int = 4000
    film_bytes: int = 200 * 1024 * 1024
    film_seconds: float = 120
    voice_bytes: int = 20 * 1024 * 1024
    voice_seconds: float = 180


@dataclass(frozen=True)
class Fault:
    """What must be mended before the form can go: a sentence, and the id of the part of the form it is about."""

    text: str
    at: str = ""


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
    calm: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)


def list_page(
    view: View,
    collection: Json,
    counts: Json,
    choices: Json,
    filters: Filters,
    *,
    continued: bool = False,
    version: str = "",
) -> str:
    """The first page: figures, filters, list and map. `collection` as `published_page` gives it, parsed.

    `version` of the public facts goes into the address of the map's tiles, which browsers then keep.
    """
    wanted, following = asked(filters), collection.get("next")
    return render(
        "list.html",
        view,
        collection=collection,
        counts=counts,
        choices=choices,
        filters=filters,
        bbox=wanted.get("bbox"),
        narrowed=bool(wanted),
        only_words=set(wanted) == {"q"},
        continued=continued,
        next_url=address("/", filters, after=following) if following else None,
        first_url=address("/", filters),
        tiles_query=urlencode({**wanted, **({"v": version} if version else {})}),
        feeds=[(kind, address(f"/feed.{kind}", filters)) for kind in ("rss", "atom")],
        widget_url=address("/open-data", filters),
    )


def report_page(view: View, report: Json, around: Sequence[Json] = (), spot: Json | None = None) -> str:
    """One published report, as `published_report` gives it, those `portal.nearby.around` it, and the hot spot it lies
    in (`portal.hot_spots.of_report`).
    """
    return render("report.html", view, report=report, around=around, spot=spot)


def new_page(
    view: View,
    categories: Sequence[Json],
    places: Json,
    *,
    limits: Limits,
    entered: Entered | None = None,
    faults: Iterable[Fault] = (),
) -> str:
    """The report form. `categories` as `portal.offer.offered` gives them; `places`: {areas, bounds} as
    `portal.places.areas` does; `faults` are in the reader's language.
    """
    return render(
        "new.html",
        view,
        form_words=browser_words(view.locale, FORM_WORDS),
        categories=categories,
        areas=places["areas"],
        bounds=places.get("bounds"),
        limits=limits,
        form=entered or Entered(),
        faults=list(faults),
    )


@dataclass(frozen=True)
class Beside:
    """What the tracking page says beside the report: how many follow it (never who), how far files on their way are
    (percent by attachment), and what the city promises for this kind, in words.
    """

    followers: int = 0
    arriving: Mapping[str, int] = field(default_factory=dict)
    promise: str = ""


def tracking_page(
    view: View,
    report: Json,
    timeline: Sequence[Json],
    agencies: Mapping[str, str],
    *,
    beside: Beside | None = None,
    sent: bool = False,
) -> str:
    """The sender's own page of a report, which is the report object dressed by `portal.offer.for_sender`.

    `timeline` as `portal.own.told` gives it; `agencies` are names by code; `sent`: this is right after
    sending.
    """
    t = translator(view.locale)
    leading = report.get("leading")
    report = {**report, "leading": leading, **(_of_its_lead(leading) if leading else {})}
    due = parsed(report["due_at"])
    is_open = report["public_status"] in ("waiting", "in_progress")
    return render(
        "tracking.html",
        view,
        report=report,
        sent=sent,
        beside=beside or Beside(),
        steps=steps(report),
        can=choices(report),
        story=story(timeline, agencies, Clock(view.zone, view.now, t), t, words(view.locale)),
        extensions=extensions(timeline),
        open=is_open,
        overdue=is_open and report["due_basis"] == "running" and due is not None and due < view.now,
        refusal=lambda refused: _refusal(refused, t, view.locale),
    )


def _of_its_lead(leading: Json) -> dict[str, Any]:
    """What a merged report's page shows of the case: it is handled under another code."""
    return {
        "lead_name": leading["lead_name"],
        "due_at": leading["due_at"],
        "due_basis": leading["due_basis"],
        "public_answer": leading["public_answer"],
        "resolution": {"summary": leading["summary"]},
        "rejection": {"public_answer": leading["rejection"]} if leading["rejection"] else None,
    }


def _refusal(refused: Json, t: Translate, locale: str) -> str:
    key = f"refusal.{refused.get('code')}"
    return t(key if key in words(locale) else "refusal.other")


def mine_page(
    view: View, reports: Sequence[Json], inbox: Sequence[Json], following: Mapping[str, Sequence[Json]] | None = None
) -> str:
    """The resident's own reports (report objects with `category_icon`), newest first, notices, and what is followed:
    {reports, areas} as `portal.own_pages.following` dresses them.
    """
    return render("mine.html", view, reports=reports, inbox=inbox, following=following or {"reports": [], "areas": []})


def problem_page(view: View, kind: str, detail: str = "") -> str:
    """An error in plain words; `kind` is one of PROBLEMS, anything else is told as a failure of ours."""
    return render("problem.html", view, kind=kind if kind in PROBLEMS else "failure", detail=detail)
