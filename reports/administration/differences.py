"""Two configurations compared: which items came, went or changed, and in each which fields. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.administration.documents import Document, filled
from reports.administration.sections import SECTIONS, Section

SETTINGS = "settings"
DEFAULT_DESK = "default_desk"


def difference(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What leads from one document to the other: [{section, code, name, kind, fields: [{name, was, now}]}].

    `kind` is added, removed, changed or, for a section whose order alone means something, reordered (`code` is null
    and `fields` has the codes before and after). The city's settings are the section "settings", one item each.
    """
    before, after = filled(was), filled(now)
    changes = _settings(before, after)
    for section in SECTIONS.values():
        changes += _section(section, before[section.name], after[section.name])
    return changes


def _settings(was: Document, now: Document) -> list[dict[str, Any]]:
    old, new = ({**one[SETTINGS], DEFAULT_DESK: one[DEFAULT_DESK]} for one in (was, now))
    changes = []
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            kind = "removed" if name not in new else "added" if name not in old else "changed"
            field = {"name": name, "was": old.get(name), "now": new.get(name)}
            changes.append({"section": SETTINGS, "code": name, "name": None, "kind": kind, "fields": [field]})
    return changes


def _section(section: Section, was: list[Any], now: list[Any]) -> list[dict[str, Any]]:
    old, new = ({section.key(item): item for item in items} for items in (was, now))
    changes = [_change(section, key, old[key], None) for key in old if key not in new]
    for key, item in new.items():
        if item != old.get(key):
            changes.append(_change(section, key, old.get(key), item))
    kept, order = [key for key in old if key in new], [key for key in new if key in old]
    if section.ordered and kept != order:
        field = {"name": "order", "was": list(old), "now": list(new)}
        changes.append({"section": section.name, "code": None, "name": None, "kind": "reordered", "fields": [field]})
    return changes


def _change(section: Section, key: str, was: Any, now: Any) -> dict[str, Any]:
    kind = "added" if was is None else "removed" if now is None else "changed"
    old, new = was or {}, now or {}
    return {
        "section": section.name,
        "code": key,
        "name": (now or was).get("name"),
        "kind": kind,
        "fields": [
            {"name": name, "was": old.get(name), "now": new.get(name)}
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        ],
    }


def merged(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[Document, list[Any]]:
    """My changes to `base` made to `theirs` instead, and what both changed, where mine stays: [{section, code}]."""
    old, new, other = filled(base), filled(mine), filled(theirs)
    both: list[Any] = []
    result: Document = {**other}
    settings = _chosen(*({**one[SETTINGS], DEFAULT_DESK: one[DEFAULT_DESK]} for one in (old, new, other)))
    both += [{"section": SETTINGS, "code": key} for key in settings[1]]
    result[DEFAULT_DESK] = settings[0].pop(DEFAULT_DESK, None)
    result[SETTINGS] = settings[0]
    for section in SECTIONS.values():
        parts = [{section.key(item): item for item in one[section.name]} for one in (old, new, other)]
        chosen, clashes = _chosen(*parts)
        both += [{"section": section.name, "code": key} for key in clashes]
        result[section.name] = [chosen[key] for key in _ordered(*(list(part) for part in parts)) if key in chosen]
    return result, both


def _chosen(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    chosen, both = {}, []
    for key in dict.fromkeys((*theirs, *mine, *base)):
        i_changed = mine.get(key, _NONE) != base.get(key, _NONE)
        they_changed = theirs.get(key, _NONE) != base.get(key, _NONE)
        if i_changed and they_changed and mine.get(key, _NONE) != theirs.get(key, _NONE):
            both.append(key)
        value = mine.get(key, _NONE) if i_changed else theirs.get(key, _NONE)
        if value is not _NONE:
            chosen[key] = value
    return chosen, both


_NONE: Any = object()


def _ordered(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """My order where I moved something, else theirs; what only the other has comes after what it came after there."""
    known = set(base)
    moved = [key for key in mine if key in known] != [key for key in base if key in set(mine)]
    first, second = (mine, theirs) if moved else (theirs, mine)
    order = list(first)
    for place, key in enumerate(second):
        if key not in order:
            before = next((other for other in reversed(second[:place]) if other in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order
