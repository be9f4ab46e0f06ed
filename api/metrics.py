"""The figures each process keeps."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "hientruong_request_seconds",
    "Time to answer HTTP requests",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SOCKETS = Gauge("hientruong_sockets", "Authenticated live connections of this process")
EVENTS = Counter("hientruong_events_total", "Journal entries this process handed to its live connections")
