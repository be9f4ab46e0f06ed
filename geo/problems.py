"""What can be wrong with a place; whoever shows it to people finds a slug, a title and a sentence."""

from typing import ClassVar


class GeoProblem(Exception):
    """Something about a place is wrong. `field` names the parameter at fault, where one alone is."""

    slug: ClassVar[str] = "bad-place"

    def __init__(self, detail: str | None = None, *, field: str = "") -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.field = field
        super().__init__(self.detail)


class BadPoint(GeoProblem):
    """The point is not a position on Earth."""

    slug = "bad-point"


class BadShape(GeoProblem):
    """The shape cannot be used as an area."""

    slug = "bad-shape"


class BadTile(GeoProblem):
    """There is no such tile."""

    slug = "bad-tile"


class BadFile(GeoProblem):
    """The file cannot be read as a layer of areas."""

    slug = "bad-file"


class BadImport(GeoProblem):
    """The import cannot be done as asked."""

    slug = "bad-import"
