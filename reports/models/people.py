"""Who acts: devices, residents, accounts, their credentials, and the guarded identity of a report's reporter."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Index, Time, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from reports.models.columns import instant


class Resident(SQLModel, table=True):
    """One person over several devices, made by proving a phone number or an account elsewhere. Holds no name."""

    __tablename__ = "resident"

    id: UUID = Field(primary_key=True)
    created_at: datetime = instant()


class Proof(SQLModel, table=True):
    """What somebody has proved to be theirs: a phone number or a subject of a sign-in service, only as a keyed hash."""

    __tablename__ = "resident_proof"

    kind: str = Field(primary_key=True)
    subject_hash: bytes = Field(primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id", ondelete="CASCADE", index=True)
    created_at: datetime = instant()


class Device(SQLModel, table=True):
    """A resident's phone or browser. No name is needed to have one.

    `quiet_from` and `quiet_to` are times of day in the city's zone between which no push rings; both null: it always
    may. `push_wanted` false: notices wait in the inbox only.
    """

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="device_quiet_hours"),
        Index("device_of_resident", "resident_id", postgresql_where=text("resident_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    platform: str
    locale: str = "vi"
    created_at: datetime = instant()
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", ondelete="SET NULL")
    large_text: bool = Field(
        default=False, sa_column=Column("large_text", Boolean, nullable=False, server_default="false")
    )
    push_wanted: bool = Field(
        default=True, sa_column=Column("push_wanted", Boolean, nullable=False, server_default="true")
    )
    quiet_from: time | None = Field(default=None, sa_type=Time)
    quiet_to: time | None = Field(default=None, sa_type=Time)


class Account(SQLModel, table=True):
    """A member of staff: operator, supervisor, leader, admin, or an officer of one agency."""

    __tablename__ = "account"

    id: UUID = Field(primary_key=True)
    username: str = Field(unique=True)
    name: str
    role: str
    agency: str | None = Field(default=None, foreign_key="agency.code")
    password_hash: str
    active: bool = True
    # Head of its agency: what the agency leaves untouched or late comes to them first.
    head: bool = Field(default=False, sa_column=Column("head", Boolean, nullable=False, server_default="false"))


class Credential(SQLModel, table=True):
    """A bearer secret, kept only as its SHA-256, of exactly one device or account."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint("(device_id IS NULL) <> (account_id IS NULL)", name="credential_has_one_owner"),)

    token_hash: bytes = Field(primary_key=True)
    device_id: UUID | None = Field(default=None, foreign_key="device.id", ondelete="CASCADE", index=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = instant()
    expires_at: datetime | None = instant(nullable=True)


class Reporter(SQLModel, table=True):
    """Who sent a report. In a table of its own so that reading reports never reads identities.

    The idempotency key lives here because it belongs to the sender: (device_id, key) is one report, for ever. Whose it
    is now may be another device: `held_by`, null as long as the sender's own has it.
    """

    __tablename__ = "reporter"
    __table_args__ = (
        UniqueConstraint("device_id", "key", name="reporter_device_key"),
        Index("reporter_recent", "device_id", "received_at"),
        Index("reporter_held", "held_by", postgresql_where=text("held_by IS NOT NULL")),
    )

    report_id: int = Field(primary_key=True, foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    device_id: UUID = Field(foreign_key="device.id")
    key: UUID
    body_hash: bytes
    received_at: datetime = instant()
    anonymous: bool = False
    name: str | None = None
    phone: str | None = None
    held_by: UUID | None = Field(default=None, foreign_key="device.id")


class Follow(SQLModel, table=True):
    """A device wants to hear of somebody else's report, or of results in an area. Never told to the report's sender.

    `told` is the phrase this follower heard last, so that a report that goes back and forth is told once;
    `told_at` is when, for the one notice a day of an area.
    """

    __tablename__ = "follow"
    __table_args__ = (
        CheckConstraint("(report_id IS NULL) <> (area_code IS NULL)", name="follow_has_one_object"),
        UniqueConstraint("device_id", "report_id", name="follow_report_once"),
        UniqueConstraint("device_id", "area_code", name="follow_area_once"),
        Index("follow_of_report", "report_id", postgresql_where=text("report_id IS NOT NULL")),
        Index("follow_of_area", "area_code", postgresql_where=text("area_code IS NOT NULL")),
    )

    id: int | None = Field(default=None, sa_column=Column("id", BigInteger, Identity(always=False), primary_key=True))
    device_id: UUID = Field(foreign_key="device.id", ondelete="CASCADE")
    report_id: int | None = Field(default=None, foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    area_code: str | None = None
    created_at: datetime = instant()
    told: str | None = None
    told_at: datetime | None = instant(nullable=True)


class TransferCode(SQLModel, table=True):
    """A code with which another phone takes over what this device has; one at a time, kept as a keyed hash."""

    __tablename__ = "transfer_code"

    code_hash: bytes = Field(primary_key=True)
    device_id: UUID = Field(foreign_key="device.id", ondelete="CASCADE", unique=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()


class PhoneCode(SQLModel, table=True):
    """A code on its way to a phone number, as keyed hashes of both; `tries` counts every guess, right or wrong."""

    __tablename__ = "phone_code"

    device_id: UUID = Field(primary_key=True, foreign_key="device.id", ondelete="CASCADE")
    subject_hash: bytes = Field(primary_key=True)
    code_hash: bytes
    tries: int = 0
    created_at: datetime = instant()
    expires_at: datetime = instant()


class SignInUnderWay(SQLModel, table=True):
    """A sign-in at the city's service that a browser has begun: what its return must match, used once."""

    __tablename__ = "sign_in_under_way"

    state_hash: bytes = Field(primary_key=True)
    device_id: UUID = Field(foreign_key="device.id", ondelete="CASCADE")
    nonce: str
    verifier: str
    expires_at: datetime = instant()
