"""What happened and how long it took, kept small however long the play goes on.

>>> tally = Tally(); tally.took("submit", 0.020); tally.summary()["latencies"]["submit"]["p50_ms"]
20.0
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.clients import Closed, Refused, Unreachable

# Enough for a percentile that means something, little enough to run for a week.
KEPT_SAMPLES = 20_000

# Two players reaching for one report is the daily life of the desk, not a fault of the city.
CONTENTION = frozenset({"held", "stale", "not-now"})


class Tally:
    """Counters and the latest latencies (seconds) by the name of the step."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        # The play is over and its lines are being closed: what was still on its way is nobody's fault.
        self.over = False
        self.counts: Counter[str] = Counter()
        self.contention: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self._latencies: dict[str, deque[float]] = {}

    @property
    def failures(self) -> int:
        """How many steps failed for a reason that is not contention."""
        return sum(self.errors.values())

    def took(self, step: str, seconds: float) -> None:
        """Records one latency."""
        self._latencies.setdefault(step, deque(maxlen=KEPT_SAMPLES)).append(seconds)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step and counts it; a refusal or a lost line is counted and raised again."""
        begun = time.perf_counter()
        try:
            yield
        except Refused as refusal:
            kind = refusal.slug or str(refusal.status)
            counter = self.contention if kind in CONTENTION else self.errors
            counter[f"{name}: {kind}"] += 1
            raise
        except (Unreachable, Closed) as lost:
            if not self.over:
                self.errors[f"{name}: {type(lost).__name__.lower()}"] += 1
            raise
        self.counts[name] += 1
        self.took(name, time.perf_counter() - begun)

    def summary(self) -> dict[str, Any]:
        """Everything as JSON: seconds played, counts, contention, errors, p50 and p95 in milliseconds."""
        seconds = time.monotonic() - self.began
        return {
            "seconds": round(seconds, 1),
            "reports_per_minute": round(self.counts["submit"] * 60 / seconds, 1) if seconds else 0.0,
            "counts": dict(self.counts),
            "contention": dict(self.contention),
            "errors": dict(self.errors),
            "latencies": {name: _percentiles(samples) for name, samples in sorted(self._latencies.items())},
        }

    def line(self) -> str:
        """One line of progress."""
        seen = self.counts
        return (
            f"{seen['submit']} sent · {seen['verify']} verified · {seen['dispatch']} dispatched · "
            f"{seen['resolve']} resolved · {seen['approve']} published · {seen['rate']} rated · "
            f"{sum(self.contention.values())} contended · {self.failures} failed"
        )

    def text(self) -> str:
        """The summary for people."""
        summary = self.summary()
        lines = [f"{summary['seconds']} s, {summary['reports_per_minute']} reports a minute: {self.line()}"]
        for name, latency in summary["latencies"].items():
            lines.append(
                f"  {name:<18} p50 {latency['p50_ms']:>8.1f} ms   p95 {latency['p95_ms']:>8.1f} ms"
                f"   ({latency['samples']})"
            )
        lines += [f"  failed: {what} ({count})" for what, count in self.errors.most_common()]
        return "\n".join(lines)


def _percentiles(samples: deque[float]) -> dict[str, float]:
    ordered = sorted(samples)
    return {
        "samples": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 2),
    }
