"""Whether a result is proven: one finding per rule, from facts alone. Pure; `reports.proof_keeping` gathers the facts.

Only what is certain can fail: a position that the receiver wrote, a time with its offset or of the satellites, a file
or fingerprint that was used elsewhere. What is missing or may be wrong is a warning that the approver reads.
docs/adr/0033-proof.md has the reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from geo.distance import metres_between
from geo.folding import fold
from reports.lifecycle import PUBLIC

Severity = Literal["ok", "warn", "fail"]

TOLERANCE = timedelta(seconds=120)
"""Clocks of phones and servers differ by so much without anybody's fault."""

MOST_SLACK_M = 100.0
"""A position that may be further wrong than this is none; a pin forgives no more than this."""

SURELY_OWN_BITS = 2
"""A photo from the very angle of the before-photo, which the viewfinder asks for, differs from it by few bits; the same
picture sent on differs by one or two."""

USUAL_METRES, USUAL_WORDS = 200.0, 3

BARE_ANSWERS = (
    "đã xử lý", "đã xử lý xong", "đã xử lý rồi", "xong", "xong rồi", "đã xong", "ok", "okay", "oke", "đã hoàn thành",
    "hoàn thành", "đã thực hiện", "đã kiểm tra", "đã khắc phục", "đã khắc phục xong", "đã giải quyết", "đã làm",
    "đã làm xong", "đã tiếp nhận", "đã ghi nhận", "đã báo cáo", "theo quy định", "done", "fixed", "resolved",
)  # fmt: skip
"""Answers that say nothing, where the city has no list of its own; compared without accents."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a category asks of a result. A rule outside `binding` is looked at all the same, and can only warn."""

    photo: bool = False
    within_m: float = USUAL_METRES
    words: int = USUAL_WORDS
    binding: frozenset[str] = frozenset()

    @classmethod
    def of(cls, photo: bool, data: Mapping[str, Any] | None) -> "Rules":
        """Of `proof_required` and `proof`, `{"within_m": 200, "after_assignment": true, "unique": true, "words": 5}`.

        ValueError for numbers that no rule can have. A part that is absent, null or false binds nobody.
        """
        given = data or {}
        metres, words = float(given.get("within_m") or USUAL_METRES), int(given.get("words") or USUAL_WORDS)
        if not 1 <= metres <= 100_000 or not 1 <= words <= 100:
            raise ValueError(f"proof within {metres} m and with {words} words: outside 1..100000 and 1..100")
        named = {"near": "within_m", "after": "after_assignment", "unique": "unique", "words": "words"}
        binding = {code for code, name in named.items() if given.get(name)}
        return cls(photo, metres, words, frozenset({*binding, *(("photo",) if photo else ())}))

    def as_document(self) -> dict[str, Any]:
        """As the officer's screen reads it before anything is sent."""
        return {"photo": self.photo, "within_m": self.within_m, "words": self.words, "binding": sorted(self.binding)}


@dataclass(frozen=True, slots=True)
class Use:
    """Where a picture was used before. `own`: as before-photo of the same report; `distance`: differing bits of 64.

    `turned` (degrees clockwise), `mirrored`: what was done to the earlier picture to make this one. `unsure`: of two
    films that are alike and need not be the same, as those of one fixed camera.
    """

    report: str
    role: str
    same_file: bool
    own: bool
    distance: int = 0
    turned: int = 0
    mirrored: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """The facts of one file. `taken_at` is a moment only when `zoned`; `position` is (lon, lat) in degrees, WGS 84;
    `compared`: its fingerprints were compared with all others; `settled`: nobody will try that any more.
    """

    id: str
    kind: str = "image"
    taken_at: datetime | None = None
    zoned: bool = False
    fix_at: datetime | None = None
    position: tuple[float, float] | None = None
    accuracy_m: float | None = None
    used: tuple[Use, ...] = ()
    compared: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the problem is. `accuracy_m`: how far the pin may be wrong, None for one that was set by hand."""

    lon: float
    lat: float
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says: `code` photo, near, after, unique, words; `media`: the file it is about, None for the whole.

    `facts` are the numbers behind it and, where data are missing, `why`.
    """

    code: str
    severity: Severity
    media: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"code": self.code, "severity": self.severity, "media": self.media, "facts": dict(self.facts)}


def judge(
    rules: Rules,
    *,
    place: Place,
    assigned_at: datetime | None,
    photos: Sequence[Photo],
    answer: str,
    bare: Iterable[str] = BARE_ANSWERS,
    now: datetime | None = None,
) -> tuple[Finding, ...]:
    """All findings on a result, the whole's first. `bare`: the city's answers that say nothing; `now`: of judging."""
    found = [words_found(rules, answer, bare)]
    pictures = [photo for photo in photos if photo.kind != "audio"]
    if pictures:
        found.insert(0, Finding("photo", "ok", facts={"photos": len(pictures)}))
    elif rules.photo:
        found.insert(0, Finding("photo", "fail", facts={"photos": 0}))
    for photo in pictures:
        found += photo_found(rules, place, assigned_at, photo, now)
    return tuple(found)


def photo_found(
    rules: Rules, place: Place, assigned_at: datetime | None, photo: Photo, now: datetime | None = None
) -> tuple[Finding, ...]:
    """The three findings on one picture: near the place, after the assignment, not used before."""
    return (_near(rules, place, photo), _after(rules, assigned_at, photo, now), unique_found(rules, photo))


def _near(rules: Rules, place: Place, photo: Photo) -> Finding:
    facts: dict[str, Any] = {"within_m": round(rules.within_m)}
    unsure = photo.accuracy_m is not None and photo.accuracy_m > MOST_SLACK_M
    if photo.position is None or unsure:
        why = "unsure-position" if unsure else "no-position"
        return Finding("near", "warn", photo.id, {**facts, "why": why})
    metres = metres_between(photo.position, (place.lon, place.lat))
    facts["distance_m"] = round(metres)
    if metres <= rules.within_m:
        return Finding("near", "ok", photo.id, facts)
    slack = (photo.accuracy_m or 0.0) + min(place.accuracy_m or 0.0, MOST_SLACK_M)
    if metres <= rules.within_m + slack:
        return Finding("near", "warn", photo.id, {**facts, "why": "within-accuracy"})
    return Finding("near", _bad(rules, "near"), photo.id, facts)


def _after(rules: Rules, assigned_at: datetime | None, photo: Photo, now: datetime | None) -> Finding:
    written = [at for at in (photo.fix_at, photo.taken_at if photo.zoned else None) if at is not None]
    # A clock that shows what is still to come is wrong, and says nothing of when the picture was taken.
    certain = [at for at in written if now is None or at <= now + TOLERANCE]
    if written and not certain:
        return Finding("after", "warn", photo.id, {"taken_at": max(written).isoformat(), "why": "to-come"})
    if not certain:
        why = "no-time" if photo.taken_at is None else "no-zone"
        told = {"taken_at": photo.taken_at.isoformat()} if photo.taken_at is not None else {}
        return Finding("after", "warn", photo.id, {**told, "why": why})
    # A fix may be older than the picture, and a clock may be slow: the later of the two speaks for the officer.
    taken = max(certain)
    facts = {"taken_at": taken.isoformat()}
    if assigned_at is None:
        return Finding("after", "ok", photo.id, facts)
    facts["assigned_at"] = assigned_at.isoformat()
    early = taken < assigned_at - TOLERANCE
    return Finding("after", _bad(rules, "after") if early else "ok", photo.id, facts)


def unique_found(rules: Rules, photo: Photo) -> Finding:
    """Whether the picture was used before; a warning as long as nobody could compare it.

    Likeness to the report's own before-photo fails only where it is surely the same picture, and that of two films only
    where they have more in common than the place.
    """
    against = [use for use in photo.used if _stands(use)]
    if photo.used:
        first = (*against, *photo.used)[0]
        facts: dict[str, Any] = {"role": first.role, "same_file": first.same_file, "own": first.own}
        facts["distance"] = first.distance
        if first.turned or first.mirrored:
            facts |= {"turned": first.turned, "mirrored": first.mirrored}
        # The code of another report is told to whoever reads the warnings of the file; the finding travels further.
        if not against:
            return Finding("unique", "warn", photo.id, {**facts, "why": "like-own" if first.own else "like-film"})
        # Where proof must be had, the very file of another case is none, whatever else the category asks for.
        fails = "unique" in rules.binding or (rules.photo and first.same_file)
        return Finding("unique", "fail" if fails else "warn", photo.id, facts)
    if photo.compared:
        return Finding("unique", "ok", photo.id)
    # Of a film the pictures are taken after the result was; what comes out is told then.
    return Finding(
        "unique", "warn", photo.id, {"why": "not-compared" if photo.settled or photo.kind != "video" else "film-coming"}
    )


def _stands(use: Use) -> bool:
    """Whether an earlier use is surely one."""
    return use.same_file or (not use.unsure and (not use.own or use.distance <= SURELY_OWN_BITS))


def words_found(rules: Rules, answer: str, bare: Iterable[str] = BARE_ANSWERS) -> Finding:
    """Whether the answer has substance: enough different words beside the phrases that say nothing."""
    number = len(telling_words(answer, bare))
    facts = {"words": number, "least": rules.words}
    return Finding("words", "ok" if number >= rules.words else _bad(rules, "words"), facts=facts)


def telling_words(answer: str, bare: Iterable[str] = BARE_ANSWERS) -> frozenset[str]:
    """The different words of an answer, folded, without the city's bare phrases.

    A phrase counts as bare only as a whole run of words: "đã xử lý xong" goes, "đã xử lý ổ gà" leaves "o ga".
    """
    padded = f" {fold(answer)} "
    for phrase in sorted({fold(one) for one in bare} - {""}, key=lambda one: (-len(one), one)):
        while f" {phrase} " in padded:
            padded = padded.replace(f" {phrase} ", "  ", 1)
    return frozenset(padded.split())


def _bad(rules: Rules, code: str) -> Severity:
    return "fail" if code in rules.binding else "warn"


def failed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stand against the result."""
    return tuple(one for one in findings if one.severity == "fail")


def failed_since(state: str, proof: Mapping[str, Any] | None, audit: Mapping[str, Any] | None) -> datetime | None:
    """Since when something stands against the proof of a published case that the center has not looked at again.

    `proof`, `audit`: as the report keeps them. `failed_at` is written when a finding fails after the publication.
    """
    at = (proof or {}).get("failed_at")
    if at is None or state not in PUBLIC or (proof or {}).get("worst") != "fail" or (proof or {}).get("override"):
        return None
    failed_at = datetime.fromisoformat(at)
    looked = (audit or {}).get("at")
    return None if looked is not None and datetime.fromisoformat(looked) >= failed_at else failed_at


def worst(findings: Iterable[Finding]) -> Severity:
    """The gravest severity; ok for none."""
    grades = {one.severity for one in findings}
    return "fail" if "fail" in grades else "warn" if "warn" in grades else "ok"


def sentence(finding: Finding) -> str:
    """A failed finding in English, for programs and for screens that do not know its code."""
    facts = finding.facts
    told = {
        "photo": "this category asks for at least one after-photo",
        "near": f"was taken {facts.get('distance_m')} m from the place; at most {facts.get('within_m')} m are allowed",
        "after": f"was taken before the case was assigned ({facts.get('taken_at')} < {facts.get('assigned_at')})",
        "unique": "was used before" if not facts.get("own") else "is the resident's own photo",
        "words": f"says too little: {facts.get('words')} telling words, {facts.get('least')} are asked for",
    }
    return told[finding.code]
