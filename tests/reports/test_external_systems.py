"""Where an agency's own system is: what can be used, and what an administrator is told of the rest."""

from typing import Any

import pytest

from reports.administration.findings import form_troubles
from reports.external_systems import troubles


@pytest.mark.parametrize(
    ("external", "told"),
    [
        ({"kind": "webhook", "url": "https://dispatch.power.example/hientruong"}, []),
        ({"kind": "email", "address": "tiepnhan@phuong.example"}, []),
        ({"kind": "webhook"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "https://"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "ftp://power.example/"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "https://power.example:99999/"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "https://[::1"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "https://power .example/"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "https://an:mat-khau@power.example/"}, [("external-bad", "url")]),
        ({"kind": "webhook", "url": "http://power.example/"}, [("external-inner", "url")]),
        ({"kind": "webhook", "url": "https://10.1.2.3/"}, [("external-inner", "url")]),
        ({"kind": "webhook", "url": "https://2130706433/"}, [("external-inner", "url")]),
        ({"kind": "webhook", "url": "https://dispatch.local/"}, [("external-inner", "url")]),
        ({"kind": "email", "address": "phường@"}, [("external-bad", "address")]),
        ({"kind": "email", "address": "a@b.example\nBcc: c@d.example"}, [("external-bad", "address")]),
    ],
)
def test_a_system_is_usable_or_told_of(external: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert [(kind, member) for kind, member, _ in troubles(external)] == told


def test_a_key_has_no_place_in_the_configuration() -> None:
    agency = {"code": "power", "name": "Điện lực", "name_en": "Power", "kind": "utility"}
    external = {"kind": "webhook", "url": "https://power.example/", "secret": "whsec_x"}
    assert [pointer for pointer, _ in form_troubles("agencies", {**agency, "external": external})] == [
        "/external/secret"
    ]
