"""What an import did or would do, for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from geo.areas import Change, Difference, Incoming, Refusal, Version
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

    def lines(self) -> list[str]:
        """For people, most important last, where the eye is."""
        lines = [f"  unchanged  {len(self.unchanged)}"]
        lines += [f"  + added    {feature.code} {feature.name}" for feature in self.added]
        lines += [f"  ~ changed  {_sentence(change)}" for change in self.changed]
        closed = {version.id for version in self.closed}
        lines += [
            f"  - {'ended  ' if v.id in closed else 'missing'}  {v.code} {v.name} (since {v.valid_from})"
            for v in self.missing
        ]
        lines += [f"  ! repaired {f.number}. {f.code} {f.name}: {'; '.join(f.shape.notes)}" for f in self.repaired]
        lines += [f"  x refused  {r.number}. {r.code or '?'} {r.name or '?'}: {r.reason}" for r in self.refused]
        return [*lines, self._summary()]

    def _summary(self) -> str:
        done = "Dry run, nothing was written" if self.dry_run else "Done"
        return (
            f"{done}: {self.kind} from {self.source} valid from {self.valid_from}: {len(self.added)} added, "
            f"{len(self.changed)} changed, {len(self.unchanged)} unchanged, {len(self.missing)} missing "
            f"({len(self.closed)} ended), {len(self.repaired)} repaired, {len(self.refused)} refused."
        )


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


def _sentence(change: Change) -> str:
    was = f", was {change.old.name}" if change.new.name != change.old.name else ""
    moved = f", {change.moved_km2:.3f} km² moved" if "shape" in change.what else ""
    how = "corrects the version" if change.correction else "follows the version"
    what = f"{', '.join(change.what)}{moved}; {how} of {change.old.valid_from}"
    return f"{change.new.code} {change.new.name}{was} ({what})"
