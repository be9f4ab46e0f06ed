"""What every fact has in common: a name, the circle that hears it, its data. The facts themselves: `reports.events`.

Fields are ids and facts that any member of the audience may read, never anything about who reported.
`audience` is the widest circle that hears it: internal < agency < reporter < public.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

# A due time and its clock, see `reports.promise.due_document`.
Due = dict[str, Any]
Audience = Literal["internal", "agency", "reporter", "public"]
AUDIENCES: tuple[Audience, ...] = ("internal", "agency", "reporter", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. `name` is what outsiders read, `audience` who may."""

    name: ClassVar[str] = ""
    audience: ClassVar[Audience] = "internal"

    def data(self) -> dict[str, Any]:
        """The facts as JSON-able values, absent ones left out."""
        # The slots of a frozen class are its fields in their order; `asdict` would copy every value deeply.
        names: tuple[str, ...] = type(self).__slots__
        return {name: value for name in names if (value := getattr(self, name)) is not None}
