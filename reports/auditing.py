"""Published cases that the center looks at again: drawn by lot, or taken up by hand.

`report.audit` is {"drawn_at", "share"} from the publication of a drawn case on, and with {"result", "note", "by", "at"}
once somebody has looked; `earlier` holds what was found before the case was opened again. Only drawn cases count in the
figures: whoever picks cases by hand measures the picking.
"""

from typing import Any

from reports.commands import Audit
from reports.events import Event, ReportAudited, ReportDrawn
from reports.lots import drawn
from reports.problems import BadInput
from reports.step import Change, Step
from reports.views import stamp


def draw(step: Step) -> tuple[dict[str, Any], tuple[Event, ...]]:
    """The field and the fact of a case that is being published: whether its lot is among the category's share."""
    share, earlier = step.category.audit_share, _earlier(step.row["audit"])
    if not drawn(share, step.scene.city.lot_key, step.row["code"], step.row["reopenings"]):
        return {"audit": earlier or None}, ()
    return {"audit": {"drawn_at": stamp(step.now), "share": share, **earlier}}, (ReportDrawn(),)


def _earlier(before: dict[str, Any] | None) -> dict[str, Any]:
    """What was found when the case was published before; a case that comes again does not lose its history."""
    if before is None:
        return {}
    now = {name: value for name, value in before.items() if name != "earlier"}
    earlier = [*before.get("earlier", ()), *([now] if "result" in now else ())]
    return {"earlier": earlier} if earlier else {}


async def audit(step: Step, args: Audit) -> Change:
    """What a second look at a published case came to. Doing it again replaces it; the journal keeps both."""
    if args.result == "failed" and args.note is None:
        raise BadInput(("/note", "say what is wrong, so that the agency and the supervisor can act on it"))
    looked = {"result": args.result, "note": args.note, "by": step.by.username, "at": stamp(step.now)}
    kept = ("drawn_at", "share", "earlier")
    before = {name: value for name, value in (step.row["audit"] or {}).items() if name in kept}
    return Change(ReportAudited(result=args.result, note=args.note), {"audit": {**before, **looked}})
