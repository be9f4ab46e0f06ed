"""The resident's other pages as HTML text: what is followed, settings, moving to another phone. Plain values in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import segno
from markupsafe import Markup

from portal.environment import View, render
from portal.offer import name_of
from reports.configuration import City

Json = Mapping[str, Any]


@dataclass(frozen=True)
class SignIn:
    """The ways this city offers to make several devices one resident's, and what this device has of it.

    `oidc` is the service's name, empty for none. `code_sent` is the number a code is on its way to, as typed.
    """

    sms: bool = False
    oidc: str = ""
    devices: int = 1
    proofs: Sequence[str] = ()
    code_sent: str = ""


def following(followed: Json, city: City, locale: str) -> dict[str, list[dict[str, Any]]]:
    """What a device follows, with names and icons in the reader's language."""
    return {"reports": [dressed(one, city, locale) for one in followed["reports"]], "areas": list(followed["areas"])}


def dressed(facts: Json, city: City, locale: str) -> dict[str, Any]:
    """The public facts of a report with its category's name and icon."""
    category = city.category(facts["category"])
    name = name_of(category, locale) if category else facts["category"]
    return {**facts, "category_name": name, "category_icon": category.icon if category else "other"}


def followed_page(view: View, report: Json, *, follows: bool, followers: int) -> str:
    """What a stranger may know of a report that is not published yet."""
    return render("followed.html", view, report=report, follows=follows, followers=followers)


def following_page(view: View, followed: Mapping[str, Sequence[Json]], areas: Sequence[Json], *, chosen: str) -> str:
    """Everything this device follows; `areas` {code, name} can be added, `chosen` is picked already."""
    known = {area["code"] for area in followed["areas"]}
    more = [area for area in areas if area["code"] not in known]
    return render("following.html", view, followed=followed, areas=more, chosen=chosen)


def settings_page(
    view: View, preferences: Json, sign_in: SignIn, *, error: str = "", saved: bool = False, known: bool = True
) -> str:
    """Language, large text, quiet hours, channels, several devices, own data. `known`: this browser is a device."""
    return render(
        "settings.html", view, preferences=preferences, sign_in=sign_in, error=error, saved=saved, known=known
    )


def transfer_page(view: View, code: str, expires_at: str) -> str:
    """The code for the new phone, large, and as a picture its camera reads. `expires_at`: RFC 3339."""
    # Behind a #, so that the code stands in no server's log and is sent to nobody by opening the address.
    address = f"{view.base_url}/mine/move#{code}"
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=True, dark="#000", light="#fff")
    groups = " ".join(code[place : place + 3] for place in range(0, len(code), 3))
    return render("transfer.html", view, code=groups, expires_at=expires_at, drawing_of_code=Markup(drawn))


def move_page(view: View, *, typed: str = "", error: str = "") -> str:
    """On the new phone: the field for the code."""
    return render("move.html", view, typed=typed, error=error)
