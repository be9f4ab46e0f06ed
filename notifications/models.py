"""Tables of the room: where a device can be reached, what it is told, how far the journal was read.

The device row belongs to `reports`; deleting it takes its targets and deliveries along, so "delete my data"
needs no step here.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

PENDING: Final = "pending"
SENDING: Final = "sending"
DELIVERED: Final = "delivered"
FAILED: Final = "failed"
DEAD: Final = "dead"

#: Somebody still has to do something: a job is queued, waits for `next_at`, or holds the row right now.
OPEN_STATES: Final = frozenset({PENDING, SENDING})
#: Nothing will change any more.
SETTLED_STATES: Final = frozenset({DELIVERED, FAILED, DEAD})
#: Settled, and the person was not reached: `failed` we gave up on the provider, `dead` the phone has
#: unsubscribed.
GIVEN_UP_STATES: Final = frozenset({FAILED, DEAD})

STATES: Final = tuple(sorted(OPEN_STATES | SETTLED_STATES))

#: Kinds of push target, the two a client may register.
TARGET_KINDS: Final = ("fcm", "webpush")
#: Every channel a delivery can name; the first two need a push target.
CHANNELS: Final = ("fcm", "webpush", "inbox", "console")

_TIME = sa.DateTime(timezone=True)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class PushTarget(SQLModel, table=True):
    """One address by which a provider reaches a device: at most one of each kind per device."""

    __tablename__ = "push_target"
    __table_args__ = (
        sa.CheckConstraint(_one_of("kind", TARGET_KINDS), name="push_target_kind"),
        # One browser or phone is one address. When it registers under a new device row (storage cleared,
        # app reinstalled), the old row must stop receiving or the person would be told everything twice.
        sa.UniqueConstraint("fingerprint", name="push_target_fingerprint"),
    )

    device_id: UUID = Field(
        sa_column=sa.Column(sa.Uuid, sa.ForeignKey("device.id", ondelete="CASCADE"), primary_key=True)
    )
    kind: str = Field(primary_key=True)
    #: fcm: {"token"}; webpush: {"endpoint", "keys": {"p256dh", "auth"}}
    address: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False))
    #: SHA-256 hex of kind and token or endpoint.
    fingerprint: str
    created_at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))


class Delivery(SQLModel, table=True):
    """What one device is told about one journal entry over one channel: inbox item and push alike."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "seq", "channel", name="delivery_once"),
        sa.CheckConstraint(_one_of("state", STATES), name="delivery_state"),
        sa.CheckConstraint(_one_of("channel", CHANNELS), name="delivery_channel"),
        sa.CheckConstraint("read_at IS NULL OR channel = 'inbox'", name="delivery_read_in_inbox"),
        sa.Index("delivery_inbox", "device_id", sa.text("seq DESC"), postgresql_where=sa.text("channel = 'inbox'")),
        sa.Index("delivery_open", "next_at", postgresql_where=sa.text("state IN ('pending', 'sending')")),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(), primary_key=True))
    device_id: UUID = Field(
        sa_column=sa.Column(sa.Uuid, sa.ForeignKey("device.id", ondelete="CASCADE"), nullable=False)
    )
    #: The journal entry; a number, not a foreign key, because the journal may be archived before its notices.
    seq: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    event: str
    channel: str
    report_id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True))
    report_code: str | None = None
    state: str = Field(sa_column=sa.Column(sa.Text, nullable=False, server_default=PENDING))
    attempts: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    last_error: str | None = None
    title: str
    body: str
    #: Path on the city's own site, e.g. /t/AB12CD34.
    url: str
    #: Same for every attempt, so that a repeat replaces the notice on the phone.
    tag: str
    #: When the told fact happened; the inbox shows it.
    at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    #: When the row was made; attempts are bounded from here.
    created_at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    #: pending: not before this time; sending: the lease of the worker that holds it ends; settled: null.
    next_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    settled_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    read_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))


class ReactorCursor(SQLModel, table=True):
    """How far a reader of the journal has come; whoever holds the row's lock is the reader."""

    __tablename__ = "reactor_cursor"

    name: str = Field(primary_key=True)
    seq: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False, server_default="0"))
