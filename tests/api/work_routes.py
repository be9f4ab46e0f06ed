"""Who gets past which door, in words; and the routes of agencies and hot spots, for the table of all routes."""

from typing import Literal

AtTheCenter = Literal["oversight", "center", "supervisor", "namers", "planners", "admin", "admins"]
Who = Literal["anybody", "device", "staff", "known", "signed", "officer", "worker"] | AtTheCenter

WORK: dict[tuple[str, str], Who] = {
    ("GET", "/api/v1/crews"): "staff",
    ("POST", "/api/v1/crews"): "officer",
    ("PATCH", "/api/v1/crews/{crew_id}"): "officer",
    ("PUT", "/api/v1/crews/{crew_id}/members"): "officer",
    ("GET", "/api/v1/crews/{crew_id}/stops"): "officer",
    ("PUT", "/api/v1/crews/{crew_id}/order"): "officer",
    ("GET", "/api/v1/crews/officers"): "officer",
    ("GET", "/api/v1/crews/positions"): "staff",
    ("GET", "/api/v1/crews/me/today"): "officer",
    ("PUT", "/api/v1/crews/me/position"): "officer",
    ("DELETE", "/api/v1/crews/me/position"): "officer",
    ("GET", "/api/v1/reports/{code}/work"): "staff",
    ("POST", "/api/v1/reports/{code}/tasks"): "officer",
    ("GET", "/api/v1/reports/{code}/work-order.pdf"): "staff",
    ("GET", "/api/v1/tasks/{task_id}"): "officer",
    ("PATCH", "/api/v1/tasks/{task_id}"): "officer",
    ("POST", "/api/v1/tasks/{task_id}/result"): "officer",
    ("POST", "/api/v1/tasks/{task_id}/media"): "officer",
    ("POST", "/api/v1/reports/{code}/parts"): "officer",
    ("POST", "/api/v1/reports/{code}/parts/done"): "officer",
    ("GET", "/api/v1/handovers"): "namers",
    ("POST", "/api/v1/handovers/{handover_id}/resend"): "namers",
    ("GET", "/api/v1/agencies/{agency}/secrets"): "admin",
    ("POST", "/api/v1/agencies/{agency}/secrets"): "admin",
    ("DELETE", "/api/v1/agencies/{agency}/secrets/{secret_id}"): "admin",
    ("GET", "/api/v1/mails"): "namers",
    ("GET", "/api/v1/mails/box"): "namers",
    ("POST", "/api/v1/mails/{mail_id}/take"): "namers",
    ("POST", "/api/v1/mails/{mail_id}/drop"): "namers",
    ("GET", "/api/v1/hot-spots"): "staff",
    ("GET", "/api/v1/hot-spots/{code}"): "staff",
    ("PUT", "/api/v1/hot-spots/{code}"): "planners",
}
WORK_BODIES: dict[str, dict[str, object]] = {
    "/api/v1/crews": {"code": "to-1", "name": "Tổ 1"},
    "/api/v1/crews/{crew_id}/members": {"members": []},
    "/api/v1/crews/{crew_id}/order": {"tasks": []},
    "/api/v1/crews/me/position": {"lon": 107.08, "lat": 10.35},
    "/api/v1/reports/{code}/tasks": {"what": "Vá"},
    "/api/v1/tasks/{task_id}/result": {"state": "under_way"},
    "/api/v1/tasks/{task_id}/media": {"media": ["x"]},
    "/api/v1/reports/{code}/parts": {"agency": "ward", "what": "Căng dây"},
    "/api/v1/reports/{code}/parts/done": {"words": "Đã căng dây"},
    "/api/v1/hot-spots/{code}": {"version": 1},
    "/api/v1/mails/{mail_id}/take": {"report": "x"},
}
