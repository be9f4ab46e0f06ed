"""What an import did or would do, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from geo.areas import PARTS, Change, Difference, Incoming, Refusal, Version
from geo.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What differs between a file and what was stored; `dry_run` says whether it stayed at that."""

    kind: str
    valid_from: date
    source: str
    dry_run: bool
    added: tuple[Incoming, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Incoming, ...]
    missing: tuple[Version, ...]
    closed: tuple[Version, ...]
    refused: tuple[Refusal, ...]

    @classmethod
    def of(
        cls,
        difference: Difference,
        closed: Sequence[Version],
        *,
        kind: str,
        valid_from: date,
        source: str,
        dry_run: bool,
    ) -> Self:
        """The report on a difference."""
        return cls(
            kind,
            valid_from,
            source,
            dry_run,
            tuple(difference.added),
            tuple(difference.changed),
            tuple(difference.unchanged),
            tuple(difference.missing),
            tuple(closed),
            tuple(difference.refused),
        )

    @property
    def ok(self) -> bool:
        """Whether no feature was refused."""
        return not self.refused

    @property
    def repaired(self) -> tuple[Incoming, ...]:
        """The features whose shape had to be mended."""
        taken = (*self.added, *(change.new for change in self.changed), *self.unchanged)
        return tuple(sorted((feature for feature in taken if feature.shape.notes), key=lambda feature: feature.number))

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "kind": self.kind,
            "valid_from": self.valid_from.isoformat(),
            "source": self.source,
            "dry_run": self.dry_run,
            "added": [{"code": feature.code, "name": feature.name} for feature in self.added],
            "changed": [_changed(change) for change in self.changed],
            "unchanged": len(self.unchanged),
            "missing": [_version(version) for version in self.missing],
            "closed": [_version(version) for version in self.closed],
            "repaired": [repair(f.number, f.code, f.name, f.shape.notes) for f in self.repaired],
            **refusals(self.refused),
        }

    def lines(self) -> list[Sentence]:
        """For people, most important last, where the eye is."""
        unchanged = len(self.unchanged)
        lines = [Sentence(f"  unchanged  {unchanged}", f"  không đổi  {unchanged}")]
        lines += [_line("+ added   ", "+ thêm    ", f"{feature.code} {feature.name}") for feature in self.added]
        lines += [_line("~ changed ", "~ đổi     ", _sentence(change)) for change in self.changed]
        closed = {version.id for version in self.closed}
        for version in self.missing:
            since = Sentence(f"(since {version.valid_from})", f"(từ {version.valid_from})")
            told = Sentence.joined((f"{version.code} {version.name}", since), " ")
            ended = version.id in closed
            lines.append(_line("- ended   ", "- kết thúc", told) if ended else _line("- missing ", "- vắng mặt", told))
        for f in self.repaired:
            told = Sentence.joined((f"{f.number}. {f.code} {f.name}:", Sentence.joined(f.shape.notes)), " ")
            lines.append(_line("! repaired", "! đã sửa  ", told))
        for r in self.refused:
            told = Sentence.joined((f"{r.number}. {r.code or '?'} {r.name or '?'}:", r.reason), " ")
            lines.append(_line("x refused ", "x từ chối ", told))
        return [*lines, self._summary()]

    def _summary(self) -> Sentence:
        many = (self.added, self.changed, self.unchanged, self.missing, self.closed, self.repaired, self.refused)
        return Sentence.told(
            "{done}: {kind} from {source} valid from {day}: {n[0]} added, {n[1]} changed, {n[2]} unchanged, "
            "{n[3]} missing ({n[4]} ended), {n[5]} repaired, {n[6]} refused.",
            "{done}: {kind} từ {source}, có hiệu lực từ {day}: thêm {n[0]}, đổi {n[1]}, không đổi {n[2]}, "
            "vắng mặt {n[3]} (kết thúc {n[4]}), đã sửa {n[5]}, từ chối {n[6]}.",
            done=DRY if self.dry_run else DONE,
            kind=self.kind,
            source=self.source,
            day=self.valid_from,
            n=[len(one) for one in many],
        )


DRY = Sentence("Dry run, nothing was written", "Chạy thử, chưa ghi gì")
DONE = Sentence("Done", "Xong")


def _line(en: str, vi: str, told: str) -> Sentence:
    return Sentence.joined((Sentence(f"  {en}", f"  {vi}"), told), " ")


MOST_TOLD = 1_000


def refusals(refused: Sequence[Refusal]) -> dict[str, Any]:
    """Those that were refused as JSON values, the first MOST_TOLD of them, and how many they are."""
    return {
        "refused": [
            {
                "feature": one.number,
                "code": one.code,
                "name": one.name,
                "reason": one.reason,
                "reason_vi": one.reason.vi,
            }
            for one in refused[:MOST_TOLD]
        ],
        "refused_count": len(refused),
    }


def repair(number: int, code: str, name: str, notes: Sequence[Sentence]) -> dict[str, Any]:
    """A feature that had to be mended, as JSON values."""
    return {**_feature(number, code, name), "notes": list(notes), "notes_vi": [note.vi for note in notes]}


def _feature(number: int, code: str | None, name: str | None) -> dict[str, Any]:
    return {"feature": number, "code": code, "name": name}


def _changed(change: Change) -> dict[str, Any]:
    return {
        "code": change.new.code,
        "name": change.new.name,
        "was": change.old.name,
        "since": change.old.valid_from.isoformat(),
        "what": list(change.what),
        "moved_km2": change.moved_km2,
        "correction": change.correction,
    }


def _version(version: Version) -> dict[str, Any]:
    return {"code": version.code, "name": version.name, "since": version.valid_from.isoformat()}


def _sentence(change: Change) -> Sentence:
    old, new = change.old, change.new
    was = Sentence(f", was {old.name}", f", trước là {old.name}") if new.name != old.name else ""
    moved = (
        Sentence.told(", {km2:.3f} km² moved", ", lệch {km2:.3f} km²", km2=change.moved_km2) if _moved(change) else ""
    )
    how = Sentence("corrects", "sửa") if change.correction else Sentence("follows", "nối tiếp")
    return Sentence.told(
        "{code} {name}{was} ({what}{moved}; {how} the version of {day})",
        "{code} {name}{was} ({what}{moved}; {how} phiên bản {day})",
        code=new.code,
        name=new.name,
        was=was,
        what=Sentence.joined((Sentence(one, PARTS.get(one, one)) for one in change.what), ", "),
        moved=moved,
        how=how,
        day=old.valid_from,
    )


def _moved(change: Change) -> bool:
    return "shape" in change.what
