"""Which reports everybody may see, and where they may be shown, as SQL over report r and category c."""

COARSE_DEGREES = 0.005
"""Cell size for places that the category keeps private: about 550 m, wide enough to hold many front doors.
The centre of a fixed cell is shown, not a random offset: averaging many reports of one home must not find the
home.
"""

VISIBLE = """r.state IN ('published', 'closed') AND r.published_at IS NOT NULL
    AND c.public AND c.lane <> 'restricted'"""

SHOWN_LON = f"(floor(r.lon / {COARSE_DEGREES}) + 0.5) * {COARSE_DEGREES}"
SHOWN_LAT = f"(floor(r.lat / {COARSE_DEGREES}) + 0.5) * {COARSE_DEGREES}"
"""The middle of the coarse cell, where the category keeps places private."""
