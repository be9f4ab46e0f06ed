"""Who asks: the one value that access decisions are made on."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["device", "account", "system", "public"]
STAFF_ROLES = ("operator", "supervisor", "leader", "admin", "agency")
CENTER_ROLES = ("operator", "supervisor")
OVERSIGHT_ROLES = ("operator", "supervisor", "leader", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """A device, an account, the system itself, or anybody.

    `id` is the device's or account's UUID as text; `agency` is set for officers of an agency only.
    """

    kind: Kind
    id: str = ""
    username: str = ""
    name: str = ""
    role: str = ""
    agency: str | None = None
    locale: str = "vi"

    @property
    def key(self) -> str:
        """A stable name of this caller for idempotency keys and limits."""
        return f"{self.kind}:{self.id}"

    @property
    def center(self) -> bool:
        """Works at the operations center: verifies and dispatches."""
        return self.kind == "account" and self.role in CENTER_ROLES

    @property
    def oversight(self) -> bool:
        """Sees every report outside the restricted lane, and inside it those it is a named reader of."""
        return self.kind == "account" and self.role in OVERSIGHT_ROLES

    def as_actor(self) -> dict[str, Any]:
        """What the journal keeps: staff by name, a resident only as 'resident', never as a device."""
        if self.kind == "account":
            return {
                "kind": "agency" if self.agency else "staff",
                "username": self.username,
                "name": self.name,
                "agency": self.agency,
            }
        return {"kind": "resident" if self.kind == "device" else self.kind}


SYSTEM = Caller(kind="system", name="system")
PUBLIC = Caller(kind="public")
