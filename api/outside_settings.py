"""Settings of what stands outside: agencies' own systems, and the mail by which some of them work."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from api.concern import concern, listed, web_address

Security = Literal["starttls", "tls", "none"]


class Handover(BaseSettings):
    """How cases reach the systems agencies themselves work in."""

    model_config = concern("HANDOVER_")
    allowed_origins: str | None = (
        None  # web hooks that may lie on inner addresses, comma-separated: http://10.1.2.3:8080
    )
    private_hosts: bool = False  # whether any web hook may (tests)
    stuck_minutes: int = Field(default=30, ge=1)  # a hand-over that has failed for so long is an alarm
    mail_bytes: int = Field(default=25 * 1024 * 1024, ge=1024)  # of one mail that comes in

    @field_validator("allowed_origins")
    @classmethod
    def _addresses(cls, origins: str | None) -> str | None:
        for origin in listed(origins):
            web_address(origin)
        return origins

    @property
    def origins(self) -> tuple[str, ...]:
        """The allowed origins, one by one."""
        return listed(self.allowed_origins)


class Smtp(BaseSettings):
    """The mail server that takes our mails to agencies. Off without a host."""

    model_config = concern("SMTP_")
    sender: str | None = None  # address our mails come from
    reply: str | None = None  # address that answers go to, with +CODE.SIGNATURE put in; default the sender
    user: str | None = None
    password: SecretStr | None = None
    security: Security = "starttls"
    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535)

    @property
    def on(self) -> bool:
        """Whether this city sends mails."""
        return self.host is not None

    @property
    def answers_to(self) -> str:
        """The address whose plus forms answers come to; empty where no mail is sent."""
        return self.reply or self.sender or ""

    @field_validator("sender", "reply")
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        if address is not None and (address.count("@") != 1 or not address.isascii() or " " in address):
            raise ValueError("should look like phan-anh@city.gov.vn")
        return address

    @field_validator("host")
    @classmethod
    def _with_sender(cls, host: str | None, info: ValidationInfo) -> str | None:
        if host is not None and info.data.get("sender") is None:
            raise ValueError("needs HIENTRUONG_SMTP_SENDER, the address our mails come from")
        return host


class Imap(BaseSettings):
    """The mail box that answers are fetched from. Off without a host; a mail server may instead pipe them in."""

    model_config = concern("IMAP_")
    host: str | None = None
    port: int = Field(default=993, ge=1, le=65535)
    user: str = ""
    password: SecretStr | None = None
    security: Security = "tls"
    folder: str = "INBOX"
    seconds: float = Field(default=60.0, ge=1)  # between two looks
    look_mails: int = Field(default=500, ge=1)  # taken at the most in one look; the rest at the next
    look_seconds: float = Field(default=60.0, gt=0)  # of one look; at twice as many a slow server is hung up on
    alarm_minutes: int = Field(default=15, ge=1)  # a box that cannot be read for so long is an alarm

    @property
    def on(self) -> bool:
        """Whether a mail box is looked at."""
        return self.host is not None
