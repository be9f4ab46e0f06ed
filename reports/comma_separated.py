"""CSV that spreadsheets open as what it is: with a byte order mark, and no cell that they would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

# Spreadsheets take a cell that begins like this for a formula (some the wide signs too), and residents write the texts.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """RFC 4180 in UTF-8 with a byte order mark, without which spreadsheets garble Vietnamese. None is an empty cell."""
    written = io.StringIO()
    written.write("\ufeff")
    writer = csv.writer(written)
    writer.writerow([_cell(head) for head in heads])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value
