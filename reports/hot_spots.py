"""Hot spots: places where the same problem was solved again and again. The rule, and its SQL over what is looked at.

The rule: cases of one category, done within the last `days`, of which at least `cases` (one of them included) lie
within `metres` of each other's neighbour, form one hot spot. A hot spot grows with every further case that lies within
`metres` of one that has that many neighbours (density clustering, DBSCAN). Categories whose places are shown coarsely
take part in none: several "cells" of a home are no place to fix.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """How many done cases of one category, how near to each other, in how many days make a hot spot."""

    cases: int = 3
    metres: float = 50.0
    days: int = 180


THE_RULE = Rule()
"""The one place where the figures of the rule stand; pages, data and texts read them from here."""


def grouped_sql(cases: str) -> str:
    """CTEs ending in `grouped`: the rows of `cases` (a SELECT with id, category, lon, lat) with `spot`, null outside.

    Parameters :metres and :cases. Metres on the ground around the middle of what is looked at: for a city the error is
    below one in a thousand. The order by id makes it certain which spot a case between two falls to.
    """
    return f"""cases AS MATERIALIZED ({cases}), middle AS (
    SELECT cos(radians(avg(lat))) AS shrink FROM cases
), grouped AS (
    SELECT cases.*, ST_ClusterDBSCAN(
               ST_MakePoint(lon * 111319.49 * (SELECT shrink FROM middle), lat * 110611.0), :metres, :cases
           ) OVER (PARTITION BY category ORDER BY id) AS spot
      FROM cases
)"""
