"""What every decoding process does: confine itself, then work until its input ends.

One JSON object a line in, one a line out, in order; a long job tells its percentage in lines of its own before. It
starts confined, holds no secret (its environment is empty but for the import path), and ends when its input ends, so
it never outlives the server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from media import confine
from media.verdicts import RefusalCode

Job = dict[str, Any]
News = Callable[[int], None]
Work = Callable[[Job, News], dict[str, Any]]


class Refusal(Exception):
    """The file is refused with a code of `media.verdicts`."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def answer(job: Job, work: Mapping[str, Work], news: News) -> dict[str, Any]:
    """The result of one job: {"done": {...}} or {"refused": [code, detail]}."""
    try:
        return {"done": work[job["op"]](job, news)}
    except Refusal as refusal:
        return {"refused": [refusal.code, refusal.detail]}
    except MemoryError:
        return {"refused": ["too-many-pixels", "It needs more memory than allowed."]}
    except Exception as fault:  # a decoder may raise anything; the next job must find a working process
        return {"refused": ["unreadable", short(fault)]}


def serve(work: Mapping[str, Work]) -> None:
    """Serve jobs until standard input ends. Arguments of the process: bytes of memory, bytes of a written file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # C libraries that print must not write between the answers.
    os.dup2(2, 1)

    def say(line: dict[str, Any]) -> None:
        print(json.dumps(line), file=answers, flush=True)

    confine.limit_resources(int(sys.argv[1]), int(sys.argv[2]))
    say({"ready": True, "network_closed": confine.close_network()})
    for line in sys.stdin:
        job = json.loads(line)
        confine.allow_cpu(int(job["cpu_seconds"]))
        say(answer(job, work, lambda percent: say({"progress": percent})))


def short(fault: BaseException) -> str:
    """A fault as it may stand in a refusal."""
    return f"({type(fault).__name__}: {str(fault)[:120]})"
