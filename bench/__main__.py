"""`python -m bench`: all measurements, some minutes, printed and kept in bench/results/.

    python -m bench            # everything
    python -m bench submit     # one part
    python -m bench fanout
    python -m bench desks      # 500 desks and 50 walls, 100,000 open reports of 1,000,000
    python -m bench day        # a working day of a large city, and its books checked
    python -m bench portal     # the public pages with 100,000 published reports
    python -m bench map        # the map's tiles with a million reports; --reports for fewer
    python -m bench lighthouse # the form and a report page, as Lighthouse scores them
    python -m bench routing    # 500 rules in 3,300 areas, a draft tried on 100,000 reports; --areas FILE for real ones
    python -m bench used-pictures  # whether a picture was used before, among 1,000,000 fingerprints
    python -m bench clocks     # 100,000 due times against every minute counted; --state FILE: goes on where it stopped
    python -m bench escalation # a look for whom to call while 100,000 cases are late
    python -m bench mail       # 5,000 strangers' mails fetched at once: does a mail cost more the more there are?
    python -m bench import     # the longest silence of a serving process while 64 MB of shapes are read
    python -m bench wall       # does a wall that hangs for days grow?
    python -m bench pictures   # a photo's intake beside Pillow and libvips
    python -m bench films      # seconds for a film
    python -m bench fuzz       # pictures made to hurt: only when asked for
    python -m bench privacy    # needs no city: only when asked for

The exit status is 0 whatever the figures are: they are evidence, docs/performance.md says what was wanted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import (
    clocks,
    desks,
    escalation,
    fanout,
    films,
    fuzz_pictures,
    importing,
    lighthouse,
    mail,
    map,
    pictures,
    portal,
    privacy,
    routing,
    submit,
    used_pictures,
    wall,
)
from bench.day import measure as day
from bench.machine import Machine

RESULTS = Path(__file__).parent / "results"
PARTS = {
    "submit": submit.measure,
    "fanout": fanout.measure,
    "desks": desks.measure,
    "day": day.measure,
    "portal": portal.measure,
    "map": map.measure,
    "lighthouse": lighthouse.measure,
    "wall": wall.measure,
    "routing": routing.measure,
    "used-pictures": used_pictures.measure,
    "escalation": escalation.measure,
    "mail": mail.measure,
}
WITHOUT_CITY = {
    "pictures": pictures.measure,
    "films": films.measure,
    "clocks": clocks.measure,
    "import": importing.measure,
    "privacy": privacy.measure,
    "fuzz": fuzz_pictures.measure,
}
ONLY_WHEN_ASKED = {"privacy", "fuzz"}
EMPTY_CITY = {"routing"}


def _say(line: str) -> None:
    print(line, flush=True)


def _asked_of(name: str, asked: argparse.Namespace) -> dict[str, Any]:
    """What the command line says to one part."""
    said = {"map": {"reports": asked.reports}, "routing": {"reports": asked.reports, "areas": asked.areas}}
    said["clocks"] = {"state": asked.state, "cases": asked.cases}
    return {key: value for key, value in said.get(name, {}).items() if value is not None}


def main() -> None:
    """Measures the parts asked for, each on a fresh city."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("part", nargs="?", choices=[*PARTS, *WITHOUT_CITY], help="only this one")
    parser.add_argument("--reports", type=int, help="how many reports the map or a try-out is measured with")
    parser.add_argument("--areas", type=Path, help="a file of communes to measure routing in")
    parser.add_argument("--cases", type=int, help="how many due times clocks compares")
    parser.add_argument("--state", type=Path, help="where clocks keeps what is done, to go on there")
    asked = parser.parse_args()
    wanted = asked.part
    begun = time.monotonic()
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
    }
    for name, measure in PARTS.items():
        if wanted in (None, name):
            with Machine.made_ready(demo=name not in EMPTY_CITY) as machine:
                found[name] = measure(machine, _say, **_asked_of(name, asked))
    for name, measure_alone in WITHOUT_CITY.items():
        if wanted == name or (wanted is None and name not in ONLY_WHEN_ASKED):
            found[name] = measure_alone(_say, **_asked_of(name, asked))
    found["seconds"] = round(time.monotonic() - begun)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    kept.write_text(json.dumps(found, indent=2) + "\n")
    _say(f"kept in {kept} ({found['seconds']} s)")


if __name__ == "__main__":
    main()
