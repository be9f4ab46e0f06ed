"""Tables that belong to the doors themselves."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel


class RateBucket(SQLModel, table=True):
    """How often something was done in the present minute (see `api.limits`). Unlogged: empty after a crash."""

    __tablename__ = "rate_bucket"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    name: str = Field(primary_key=True)
    minute: datetime = Field(sa_type=DateTime(timezone=True))
    number: int = 1
