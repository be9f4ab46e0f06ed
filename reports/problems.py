"""What can go wrong in the story. The class docstring is the message; the door turns the class into a status.

`slug` becomes the problem's `type` (`/problems/<slug>`), see docs/problems.md.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from geo.sentences import Sentence as Sentence


class Problem(Exception):
    """Something in the request cannot be done."""

    slug: ClassVar[str] = "problem"
    # Which facts the asker is told, beside the sentence.
    told: ClassVar[tuple[str, ...]] = ()

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.facts: Mapping[str, Any] = facts
        super().__init__(self.detail)


class BadInput(Problem):
    """Some fields cannot be used; nothing was changed."""

    slug = "bad-input"

    def __init__(self, *errors: tuple[str, str], detail: str | None = None, **facts: Any) -> None:
        """`errors`: pairs of JSON pointer (RFC 6901) and what is wrong there."""
        super().__init__(detail, **facts)
        self.errors = errors


class KeyReused(BadInput):
    """This idempotency key was already used for another body."""

    slug = "key-reused"

    def __init__(self) -> None:
        super().__init__(("/key", "was used before with another body; make a new key for a new report"))


class Unpublishable(BadInput):
    """The configuration has errors; nothing was published. `problems` has each with its place and its words."""

    slug = "unpublishable"
    told = ("problems",)


class ProofRefused(BadInput):
    """The result lacks the proof that its category asks for; nothing was changed. `findings` has each failed rule."""

    slug = "proof-refused"
    told = ("findings",)


class NoCredential(Problem):
    """No valid credential was given."""

    slug = "no-credential"


class NotAllowed(Problem):
    """You may see this, but you may not do that."""

    slug = "not-allowed"


class NotFound(Problem):
    """There is nothing here, or you may not see it."""

    slug = "not-found"


class Conflict(Problem):
    """The report is not as you believe it is."""

    slug = "conflict"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        super().__init__(detail, **facts)
        self.report: Any = None


class Stale(Conflict):
    """The report has changed since you last saw it."""

    slug = "stale"


class DraftChanged(Conflict):
    """Somebody else has changed the draft since you last saw it; `draft` is its present state."""

    slug = "draft-changed"
    told = ("draft",)


class Outdated(Conflict):
    """Another version of the configuration was published meanwhile; `difference` says what it changed."""

    slug = "outdated"
    told = ("base", "version", "difference")


class Held(Conflict):
    """Somebody else is working on this report."""

    slug = "held"


class NotNow(Conflict):
    """This cannot be done in the state the report is in."""

    slug = "not-now"


class ProofFailed(Conflict):
    """A finding stands against the proof: send the result back, or let a supervisor override it with a reason."""

    slug = "proof-failed"


class Unavailable(Problem):
    """The city's database does not answer at the moment; nothing was lost, please try again."""

    slug = "unavailable"


class TooMany(Problem):
    """Too many requests; wait a moment, nothing was lost."""

    slug = "too-many"

    def __init__(self, detail: str | None = None, *, retry_after_s: int = 60) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
