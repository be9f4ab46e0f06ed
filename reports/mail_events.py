"""What an agency that works by mail wrote, as a fact of the case."""

from dataclasses import dataclass
from typing import ClassVar

from reports.event import Audience, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailReceived(Event):
    """A mail of the agency came in: its words. `command`: what it asked for; `refused`: why that could not be done."""

    name: ClassVar[str] = "report.mail_received"
    audience: ClassVar[Audience] = "agency"
    agency: str
    mail: int
    text: str
    media: int = 0
    command: str | None = None
    refused: str | None = None
