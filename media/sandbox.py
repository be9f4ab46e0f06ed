"""The process that decodes: `python -m media.sandbox MEMORY_BYTES`.

One JSON object a line in, one a line out, in order. It starts confined, holds no secret (its environment is
empty but for the import path), and ends when its input ends, so it never outlives the server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media import confine, decoding

Job = dict[str, Any]


def _inspect(job: Job) -> dict[str, Any]:
    return decoding.inspect(Path(job["path"]), int(job["max_pixels"]))


def _derive(job: Job) -> dict[str, Any]:
    return decoding.derive(Path(job["path"]), Path(job["large"]), Path(job["small"]), int(job["max_pixels"]))


_WORK: dict[str, Callable[[Job], dict[str, Any]]] = {"inspect": _inspect, "derive": _derive}


def answer(job: Job) -> dict[str, Any]:
    """The result of one job: {"done": {...}} or {"refused": [code, detail]}."""
    try:
        return {"done": _WORK[job["op"]](job)}
    except decoding.Refusal as refusal:
        return {"refused": [refusal.code, refusal.detail]}
    except MemoryError:
        return {"refused": ["too-many-pixels", "It needs more memory than allowed."]}
    except Exception as fault:  # a decoder may raise anything; the next job must find a working process
        return {"refused": ["unreadable", f"({type(fault).__name__}: {str(fault)[:120]})"]}


def main() -> None:
    """Serve jobs until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # C libraries that print must not write between the answers.
    os.dup2(2, 1)
    confine.limit_resources(int(sys.argv[1]))
    closed = confine.close_network()
    print(json.dumps({"ready": True, "network_closed": closed}), file=answers, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        confine.allow_cpu(int(job["cpu_seconds"]))
        print(json.dumps(answer(job)), file=answers, flush=True)


if __name__ == "__main__":
    main()
