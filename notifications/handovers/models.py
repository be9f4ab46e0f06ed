"""Tables of hand-overs: what an agency's own system is told, secrets it is signed with, mails that come back."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from reports.external_systems import EMAIL, WEBHOOK

PENDING: Final = "pending"
SENDING: Final = "sending"
DELIVERED: Final = "delivered"
#: Given up: seen by a person, who may send it again.
DEAD: Final = "dead"
STATES: Final = (DEAD, DELIVERED, PENDING, SENDING)
OPEN: Final = (PENDING, SENDING)

KINDS: Final = (EMAIL, WEBHOOK)

#: What became of a mail: a command was carried out; its words were kept at the case; it waits for a person (nobody
#: could tell whose it is); it is a machine's answer; it was too big or no mail at all.
MAIL_STATES: Final = ("done", "ignored", "noted", "quarantined", "refused")

_TIME = sa.DateTime(timezone=True)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Handover(SQLModel, table=True):
    """One fact for one agency's own system. What is sent is made of the journal's entry when it is sent."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.UniqueConstraint("agency", "seq", name="handover_once"),
        sa.CheckConstraint(_one_of("state", STATES), name="handover_state"),
        sa.CheckConstraint(_one_of("kind", KINDS), name="handover_kind"),
        # The oldest unsettled one of each case goes first; this finds it.
        sa.Index(
            "handover_open", "agency", "report_id", "seq", postgresql_where=sa.text("state IN ('pending', 'sending')")
        ),
        sa.Index("handover_dead", "id", postgresql_where=sa.text("state = 'dead'")),
        sa.Index("handover_report", "report_id"),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(), primary_key=True))
    #: Goes along as `webhook-id` (or in the mail's Message-ID), the same in each attempt.
    message_id: UUID = Field(
        default_factory=uuid4,
        sa_column=sa.Column(sa.Uuid, nullable=False, unique=True, server_default=sa.text("gen_random_uuid()")),
    )
    agency: str = Field(foreign_key="agency.code")
    kind: str
    report_id: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    #: The journal entry; a number, not a foreign key, because the journal may be archived.
    seq: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    event: str
    state: str = Field(sa_column=sa.Column(sa.Text, nullable=False, server_default=PENDING))
    attempts: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    last_error: str | None = None
    #: When the fact happened.
    at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    #: The first attempt of this round; null until then. Being stuck, and giving up, count from here.
    begun_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    #: pending: not before this time; sending: the lease of the worker that holds it ends; settled: null.
    next_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    settled_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    #: Who had it sent again, last.
    resent_by: str | None = None


class AgencySecret(SQLModel, table=True):
    """One secret an agency's web hooks are signed with. Two are good at once while they are being exchanged."""

    __tablename__ = "agency_secret"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency: str = Field(foreign_key="agency.code", index=True)
    #: Encrypted with a key made of the city's secret key: a copy of the database alone signs nothing.
    sealed: bytes
    made_at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    made_by: str
    ends_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))


class Mail(SQLModel, table=True):
    """One mail that came in, whatever became of it; of one Message-ID only the first is ever taken."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("mail_once", "message_id", unique=True, postgresql_where=sa.text("twin_of IS NULL")),
        sa.Index(
            "mail_twin_once", "message_id", "digest", unique=True, postgresql_where=sa.text("twin_of IS NOT NULL")
        ),
        sa.CheckConstraint(_one_of("state", MAIL_STATES), name="mail_state"),
        sa.Index("mail_waiting", "id", postgresql_where=sa.text("state = 'quarantined'")),
    )

    id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(), primary_key=True))
    message_id: str
    #: SHA-256 of what was said to whom (`opening.Opened.digest`); null for mails from before it was kept.
    digest: str | None = None
    #: The mail that had this Message-ID first and said something else; a number, because that one may be pruned.
    twin_of: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=True))
    #: How many times the same came again, and when last.
    again: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    again_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    state: str
    #: Why it was not simply taken; null where it was.
    reason: str | None = None
    agency: str | None = None
    report_id: int | None = Field(default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True))
    sender: str
    subject: str
    #: What was written, without quotes and signature.
    text: str
    command: str | None = None
    attachments: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    #: The whole mail while it waits for a person; null otherwise.
    raw: bytes | None = None
    received_at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    settled_by: str | None = None


class AnswerBox(SQLModel, table=True):
    """The city's own mail box, as whoever looked last found it: one row for all workers; none where nobody looks."""

    __tablename__ = "answer_box"
    __table_args__ = (sa.CheckConstraint("id = 1", name="answer_box_one"),)

    id: int = Field(default=1, sa_column=sa.Column(sa.SmallInteger, primary_key=True, autoincrement=False))
    looked_at: datetime = Field(sa_column=sa.Column(_TIME, nullable=False))
    worked_at: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    #: Null while it works.
    failing_since: datetime | None = Field(default=None, sa_column=sa.Column(_TIME, nullable=True))
    #: One of `answer_box.WHYS`, and what the server or the network said.
    why: str | None = None
    error: str | None = None
    #: Mails that could not be taken at the last look and lie unread.
    left_behind: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    #: Unread mails that the last look did not come to.
    waiting: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
