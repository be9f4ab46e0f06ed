"""What a resident has set on a device: language, large text, push, and the hours in which nothing may ring."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = text("""
SELECT locale, large_text, push_wanted, quiet_from, quiet_to FROM device WHERE id = CAST(:device_id AS uuid)
""")
_WRITE = text("""
UPDATE device SET locale = :locale, large_text = :large_text, push_wanted = :push, quiet_from = :quiet_from,
  quiet_to = :quiet_to WHERE id = CAST(:device_id AS uuid)
""")
_COPY = text("""
UPDATE device n SET locale = o.locale, large_text = o.large_text, push_wanted = o.push_wanted,
  quiet_from = o.quiet_from, quiet_to = o.quiet_to
FROM device o WHERE o.id = CAST(:old AS uuid) AND n.id = CAST(:new AS uuid)
""")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`quiet`: times of day (from, to) in the city's zone, over midnight where `to` is earlier; None: none."""

    locale: str = "vi"
    large_text: bool = False
    push: bool = True
    quiet: tuple[time, time] | None = None

    def to_data(self) -> dict[str, Any]:
        """As the API shows them."""
        quiet = {"from": f"{self.quiet[0]:%H:%M}", "to": f"{self.quiet[1]:%H:%M}"} if self.quiet else None
        return {"locale": self.locale, "large_text": self.large_text, "push": self.push, "quiet_hours": quiet}


async def read(conn: AsyncConnection, device_id: str) -> Preferences:
    """The device's preferences."""
    row = (await conn.execute(_READ, {"device_id": device_id})).one()
    quiet = (row.quiet_from, row.quiet_to) if row.quiet_from is not None else None
    return Preferences(row.locale, row.large_text, row.push_wanted, quiet)


async def write(conn: AsyncConnection, device_id: str, wanted: Preferences) -> None:
    """Keep them."""
    start, end = wanted.quiet or (None, None)
    facts = {"locale": wanted.locale, "large_text": wanted.large_text, "push": wanted.push}
    await conn.execute(_WRITE, {**facts, "device_id": device_id, "quiet_from": start, "quiet_to": end})


async def copy(conn: AsyncConnection, old: str, new: str) -> None:
    """What was set on the old phone is set on the new one."""
    await conn.execute(_COPY, {"old": old, "new": new})
