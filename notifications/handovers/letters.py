"""Which facts are worth a mail to an agency that works by mail, and how each is put into words. Pure."""

from typing import Final

#: What asks the agency for something, or takes it away. Everything else it reads at the case.
WRITTEN: Final = frozenset(
    f"report.{fact}"
    for fact in ("dispatched", "recalled", "sent_back", "reopened", "overdue", "question_answered", "withdrawn")
)
