"""What can go wrong with pictures and is no fault of ours. The docstring of a class is its message."""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):
    """Something about a picture went wrong."""

    slug: ClassVar[str] = "media"

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.facts = facts
        super().__init__(self.detail)


class SandboxUnavailable(Problem):
    """Pictures cannot be decoded at the moment because the decoding process does not start."""

    slug = "decoder-unavailable"


class NotStored(Problem):
    """There is no stored object with this key."""

    slug = "not-stored"


class StoreUnavailable(Problem):
    """The store of pictures does not answer at the moment."""

    slug = "store-unavailable"


class UploadNotFound(Problem):
    """There is no such upload."""

    slug = "upload-not-found"


class UploadOffsetConflict(Problem):
    """The upload continues at another offset."""

    slug = "upload-offset"


class UploadBusy(Problem):
    """Another request is writing to this upload."""

    slug = "upload-busy"


class UploadStalled(Problem):
    """No bytes came for too long; what had come is kept."""

    slug = "upload-stalled"


class UploadTooLarge(Problem):
    """The upload is larger than allowed or than announced."""

    slug = "upload-too-large"


class UploadQuotaReached(Problem):
    """Too much has been announced and not finished: finish or cancel earlier uploads first."""

    slug = "upload-quota"


class UploadChecksumMismatch(Problem):
    """The bytes do not have the checksum that was announced; they were discarded."""

    slug = "upload-checksum"


class UploadNotFinished(Problem):
    """The upload has not been finished yet."""

    slug = "upload-not-finished"


class UploadHeaderInvalid(Problem):
    """A tus header cannot be understood."""

    slug = "upload-header"
