"""The portal as an app on a phone's home screen: the web app manifest (W3C), which a browser reads before it offers
that, and the page of what the phone has not sent yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.environment import View, render
from portal.wording import translator

ICONS: Mapping[str, str] = {
    "favicon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "icon-maskable-192.png": "image/png",
    "icon-maskable-512.png": "image/png",
    "apple-touch-icon.png": "image/png",
}
"""Files of `portal.assets.STATIC` with fixed addresses, and their types."""

SHARE = "/share"
"""Where a phone sends what another app shares with ours. The service worker takes it; nothing of it reaches the city
before somebody presses "send".
"""

SHARED_TYPES: Sequence[str] = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "video/*")


def manifest(locale: str, city: str) -> dict[str, Any]:
    """The manifest document in one language; colours are the ones of the light theme, in which a phone draws its
    splash screen.
    """
    t = translator(locale)
    return {
        "id": "/",
        "name": t("site.title", city=city),
        "short_name": t("site.name"),
        "description": t("site.description", city=city),
        "lang": locale,
        "dir": "ltr",
        "start_url": "/new",
        "scope": "/",
        "display": "standalone",
        "display_override": ["standalone", "minimal-ui"],
        "orientation": "any",
        "background_color": "#f6f7f8",
        "theme_color": "#0b5cad",
        "categories": ["government", "utilities"],
        "icons": _icons(),
        "shortcuts": [
            {"name": t("nav.new"), "url": "/new", "icons": [_icon("icon-192.png", 192, "any")]},
            {"name": t("nav.mine"), "url": "/mine", "icons": [_icon("icon-192.png", 192, "any")]},
            {"name": t("outbox.heading"), "url": "/outbox", "icons": [_icon("icon-192.png", 192, "any")]},
        ],
        "share_target": {
            "action": SHARE,
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "files": [{"name": "media", "accept": list(SHARED_TYPES)}],
            },
        },
    }


def outbox_page(view: View) -> str:
    """What still waits on the phone; the same page for everybody, also shown instead of one that cannot be loaded."""
    return render("outbox.html", view)


def _icons() -> list[dict[str, str]]:
    # An icon for both purposes would be cut by round masks or look small without one.
    plain = [_icon(f"icon-{size}.png", size, "any") for size in (192, 512)]
    masked = [_icon(f"icon-maskable-{size}.png", size, "maskable") for size in (192, 512)]
    return plain + masked


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": f"/{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
