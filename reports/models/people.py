"""Who acts: devices, accounts, their credentials, and the guarded identity of a report's reporter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from reports.models.columns import instant


class Device(SQLModel, table=True):
    """A resident's phone or browser. No name is needed to have one."""

    __tablename__ = "device"

    id: UUID = Field(primary_key=True)
    platform: str
    locale: str = "vi"
    created_at: datetime = instant()


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

    The idempotency key lives here because it belongs to the sender: (device_id, key) is one report.
    """

    __tablename__ = "reporter"
    __table_args__ = (
        UniqueConstraint("device_id", "key", name="reporter_device_key"),
        Index("reporter_recent", "device_id", "received_at"),
    )

    report_id: int = Field(primary_key=True, foreign_key="report.id", ondelete="CASCADE", sa_type=BigInteger)
    device_id: UUID = Field(foreign_key="device.id")
    key: UUID
    body_hash: bytes
    received_at: datetime = instant()
    anonymous: bool = False
    name: str | None = None
    phone: str | None = None
