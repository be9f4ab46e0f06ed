"""What a resident sets on a device: language, large text, push, quiet hours."""

from datetime import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.deps import ResidentDevice, Tx
from reports import preferences
from reports.problems import BadInput

router = APIRouter(prefix="/api/v1/devices/me", tags=["devices"])

OfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class QuietHours(BaseModel):
    """Times of day in the city's zone; over midnight where `to` is earlier than `from`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    start: OfDay = Field(alias="from")
    end: OfDay = Field(alias="to")

    def as_times(self) -> tuple[time, time]:
        """The two times."""
        if self.start == self.end:
            raise BadInput(("/quiet_hours/to", "must differ from the beginning; for no push at all set push to false"))
        return time.fromisoformat(self.start), time.fromisoformat(self.end)


class Wanted(BaseModel):
    """The preferences to change; what is left out stays. `quiet_hours` null: none."""

    model_config = ConfigDict(extra="forbid")
    locale: Literal["vi", "en"] | None = None
    large_text: bool | None = None
    push: bool | None = None
    quiet_hours: QuietHours | None = None

    @model_validator(mode="after")
    def _nothing_is_null_but_hours(self) -> "Wanted":
        if any(getattr(self, name) is None for name in self.model_fields_set - {"quiet_hours"}):
            raise ValueError("only quiet_hours may be null")
        return self


@router.get("/preferences")
async def read(caller: ResidentDevice, conn: Tx) -> dict[str, Any]:
    """The device's preferences."""
    return (await preferences.read(conn, caller.id)).to_data()


@router.patch("/preferences")
async def change(body: Wanted, caller: ResidentDevice, conn: Tx) -> dict[str, Any]:
    """Change some of them; answers all of them as they are now."""
    old, given = await preferences.read(conn, caller.id), body.model_fields_set
    quiet = old.quiet
    if "quiet_hours" in given:
        quiet = body.quiet_hours.as_times() if body.quiet_hours is not None else None
    new = preferences.Preferences(
        locale=body.locale or old.locale,
        large_text=old.large_text if body.large_text is None else body.large_text,
        push=old.push if body.push is None else body.push,
        quiet=quiet,
    )
    await preferences.write(conn, caller.id, new)
    return new.to_data()
