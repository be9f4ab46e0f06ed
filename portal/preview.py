"""What is said on the picture of a shared report."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from portal.feeds import said
from portal.wording import translator

LONGEST = 140


def preview(report: Mapping[str, Any], city: str, locale: str = "vi") -> dict[str, str]:
    """The words of the card of a published report: title, place, status, code, site."""
    t = translator(locale)
    words = " ".join(said(report["description"]).split()) or str(report["category_name"])
    place = (report["area"]["name"] if report["area"] else None, report["lead_name"])
    return {
        # Composed, because the font's marks are drawn best in composed letters.
        "title": unicodedata.normalize("NFC", words)[:LONGEST],
        "place": " · ".join(part for part in place if part),
        "status": t(f"status.{report['public_status']}"),
        "code": str(report["code"]),
        "site": t("site.title", city=city),
    }


def picture_of(report: Mapping[str, Any]) -> str | None:
    """The id of the released picture that tells most: the result, else what was reported; None without any."""
    media: list[dict[str, str]] = report["media"]
    after = [one["id"] for one in media if one["role"] == "proof"]
    ids = after or [one["id"] for one in media]
    return ids[0] if ids else None
