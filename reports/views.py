"""A report as each listener may see it: the report object of the contract, built from one row.

A row is a mapping of the report's columns with `media` (attachments as JSON), `merged_code`, `lead_state`,
`reporter_count`, `followers` and `leading`, as `reports.rows` selects them. Times may be datetimes or RFC 3339 text
(from an entry's `after`).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from reports.configuration import City
from reports.lifecycle import State, public_status
from reports.priority import facts_of, priority
from reports.promise import level_of

Listener = Literal["center", "agency", "reporter"]
Row = Mapping[str, Any]
# (attachment id, variant) -> a signed, expiring address.
Address = Callable[[str, str], str]

# What a command can change: kept with each journal entry, so that late readers hear what was true then.
CHANGING = (
    "version",
    "state",
    "resume_state",
    "urgency",
    "category",
    "lead",
    "supporting",
    "claimed_by",
    "claimed_name",
    "claimed_until",
    "due_at",
    "due_basis",
    "clock_started_at",
    "level",
    "warned",
    "holder_due_at",
    "question",
    "answer",
    "rejection",
    "resolution",
    "proof",
    "audit",
    "checks",
    "checking",
    "returns",
    "officer",
    "public_answer",
    "public_media",
    "rating",
    "resolved_at",
    "published_at",
    "closed_at",
)


def stamp(value: Any) -> str | None:
    """RFC 3339 with offset, from a datetime or a text that is one already."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if value is not None else None


def after_of(report: Any) -> dict[str, Any]:
    """The changing fields of a report row or object as JSON values, empty ones left out."""
    read = report.get if isinstance(report, Mapping) else lambda name: getattr(report, name)
    fields = {name: read(name) for name in CHANGING}
    return {
        name: stamp(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value not in (None, [])
    }


def as_it_was(row: Row, after: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its changing fields as a journal entry remembers them."""
    absent: dict[str, Any] = {
        name: [] if name in ("supporting", "public_media", "checking") else None for name in CHANGING
    }
    return {**row, **absent, **after}


def status_of(row: Row) -> str:
    """The public status of a row, whatever its state."""
    resume = row["resume_state"]
    if row["state"] == State.MERGED:
        resume = row.get("lead_resume") if row["lead_state"] == State.AWAITING_RESIDENT else row["lead_state"]
    return public_status(State(row["state"]), State(resume) if resume else None)


def report_object(row: Row, *, city: City, listener: Listener, address: Address, now: datetime) -> dict[str, Any]:
    """The report object for somebody at the center, an agency or the reporter, as of `now`."""
    category = city.category(row["category"])
    answer = {
        "code": row["code"],
        "version": row["version"],
        "state": row["state"],
        "public_status": status_of(row),
        "urgency": row["urgency"],
        "category": row["category"],
        "category_name": category.name if category else row["category"],
        "description": row["description"],
        "answers": row["answers"] or {},
        "channel": row["channel"],
        "place": row["place"],
        "area": area_of(row),
        "lead": row["lead"],
        "lead_name": city.agency_name(row["lead"]),
        "supporting": list(row["supporting"] or ()),
        "received_at": stamp(row["received_at"]),
        "captured_at": stamp(row["captured_at"]),
        "due_at": stamp(row["due_at"]),
        "due_basis": row["due_basis"],
        "location": {"lon": row["lon"], "lat": row["lat"], "accuracy_m": row["accuracy_m"]},
        "media": [
            media_object(item, listener, address)
            for item in row["media"] or ()
            # What a check showed is for those who decide; the resident reads the decision.
            if listener != "reporter" or item["role"] != "check"
        ],
        "question": row["question"],
        "answer": row["answer"],
        "rejection": row["rejection"],
        "resolution": row["resolution"],
        "public_answer": row["public_answer"],
        "published_at": stamp(row["published_at"]),
        "closed_at": stamp(row["closed_at"]),
        "rating": row["rating"],
        "merged_into": row["merged_code"],
        "reporter_count": row["reporter_count"],
    }
    if listener == "reporter":
        # The resident sees who works on it once it is dispatched, not what the center is still weighing.
        if not row["involved"] and row["state"] not in (State.PUBLISHED, State.CLOSED):
            answer.update(lead=None, lead_name=None, supporting=[])
        return {**answer, "claim": None, "leading": _leading(row, city)}
    answer.update(
        claim=claim_of(row) if listener == "center" else None,
        returns=row["returns"] or [],
        officer=row["officer"],
        public_media=list(row["public_media"] or ()),
        clock=_clock(row, city),
        holder_due_at=stamp(row["holder_due_at"]),
        route=_route(row, listener),
        hot_spot=row["hot_spot"],
        clock_skew_s=row["clock_skew_s"],
        resolved_at=stamp(row["resolved_at"]),
        proof=_proof(row, city),
        checks=row["checks"] or [],
        checking=list(row["checking"] or ()),
    )
    if listener == "center":
        followers = row["followers"] or []
        answer.update(
            followers=followers,
            audit=row["audit"],
            ratings=_ratings(row["rating"], followers),
            priority=priority(facts_of(row), now).as_document(),
        )
    return answer


def _proof(row: Row, city: City) -> dict[str, Any]:
    """What the category asks of the proof, and what was found on it; see `reports.proving`."""
    category = city.category(row["category"])
    asks = category.proof.as_document() if category is not None else None
    return {"findings": [], "worst": None, "photos": 0, "override": None, **(row["proof"] or {}), "asks": asks}


def _leading(row: Row, city: City) -> dict[str, Any] | None:
    """The report that leads a merged one, as far as its reporter may know it."""
    if row["state"] != State.MERGED or row["leading"] is None:
        return None
    lead = dict(row["leading"])
    waits = lead["state"] == State.AWAITING_RESIDENT
    resume = lead.pop("resume_state")
    # Whether its reporter was asked something is between that reporter and the center.
    lead["state"] = resume if waits else lead["state"]
    return {**lead, "public_status": status_of(row), "lead_name": city.agency_name(lead["lead"])}


def _ratings(own: dict[str, Any] | None, followers: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many of a group's reporters gave which rating."""
    given = [own["rating"] if own else None, *(one["rating"] for one in followers)]
    return dict(Counter(rating for rating in given if rating))


def area_of(row: Row) -> dict[str, Any] | None:
    """The area the report was located in, in the version it then had."""
    if row["area_code"] is None:
        return None
    valid_from = row["area_valid_from"]
    return {
        "code": row["area_code"],
        "name": row["area_name"],
        "valid_from": valid_from.isoformat() if hasattr(valid_from, "isoformat") else valid_from,
    }


def claim_of(row: Row) -> dict[str, Any] | None:
    """Who holds the report and until when; a lapsed claim is shown until the release is recorded, by its `until`."""
    if row["claimed_by"] is None:
        return None
    return {
        "by": {"username": row["claimed_by"], "name": row["claimed_name"]},
        "until": stamp(row["claimed_until"]),
    }


def _clock(row: Row, city: City) -> dict[str, Any] | None:
    category = city.category(row["category"])
    if category is None:
        return None
    return {
        "level": level_of(row, category).to_data(),
        "started_at": stamp(row["clock_started_at"]),
        "extensions": row["extensions"],
        "warned": row["warned"] or 0,
    }


def _route(row: Row, listener: Listener) -> dict[str, Any] | None:
    route = row["route"]
    if route is None or listener == "agency":
        return None
    near = [reason for reason in route["because"] if reason["code"] in ("boundary", "near-boundary")]
    boundary = (
        {"distance_m": near[0]["distance_m"], "area": {"code": near[0]["area"], "name": near[0]["name"]}}
        if near
        else None
    )
    return {**route, "boundary": boundary}


# Before the name of a copy in its address: the one in which faces and plates are hidden.
PUBLIC_PREFIX = "public-"


def media_object(item: Row, listener: Listener, address: Address) -> dict[str, Any]:
    """One photo, film or voice note as this listener sees it; addresses are signed, null while there is no copy."""
    ready = item["derivatives"] or {} if item["state"] == "ready" else {}
    copies = {
        name: address(item["id"], name) if name in ready else None for name in ("small", "large", "video", "audio")
    }
    shown = {
        "id": item["id"],
        "role": item["role"],
        "kind": item["kind"],
        "state": item["state"],
        "progress": item["progress"],
        "content_type": item["content_type"],
        "width": item["width"],
        "height": item["height"],
        "duration_s": item["duration_s"],
        **copies,
        "refusal": item["refusal"],
        "name": item["filename"],
        "taken_at": stamp(item["taken_at"]),
    }
    if listener != "reporter":
        shown["warnings"] = item["warnings"] or []
    if listener == "center":
        shown.update(privacy=item["privacy"], public=_public_copies(item, address))
        if item["original_key"]:
            shown["original"] = address(item["id"], "original")
    return shown


def _public_copies(item: Row, address: Address) -> dict[str, str | None] | None:
    made = item["public_copies"]
    if not made:
        return None
    wanted = ("small", "large", "video")
    return {name: address(item["id"], f"{PUBLIC_PREFIX}{name}") if name in made else None for name in wanted}
