"""A city with a long past: many reports, some of them open, spread over its places, categories and agencies."""

from __future__ import annotations

import psycopg

from bench.machine import Machine
from reports.codes import new_code

_SPREAD = """
INSERT INTO report (code, state, category, description, channel, anonymous, lon, lat, area_code, area_name,
  area_valid_from, lead, supporting, involved, received_at, due_at, due_basis, clock_started_at, version, urgency,
  extensions, approved_by, public_media, public_answer, resolved_at, published_at, closed_at, rating)
SELECT f.code,
       CASE WHEN f.open THEN (ARRAY['received', 'verified', 'dispatched', 'in_progress', 'resolved'])[1 + f.n %% 5]
            WHEN f.n %% 10 = 0 THEN 'rejected' WHEN f.n %% 10 < 3 THEN 'published' ELSE 'closed' END,
       k.code, (%(words)s::text[])[1 + f.n %% array_length(%(words)s::text[], 1)] || ', số ' || f.n,
       (ARRAY['app', 'app', 'app', 'phone'])[1 + f.n %% 4], false,
       p.lon + (random() - 0.5) * 0.02, p.lat + (random() - 0.5) * 0.02, a.code, a.name, a.valid_from,
       g.code, '{}', CASE WHEN f.open AND f.n %% 5 < 2 THEN '{}' ELSE ARRAY[g.code] END,
       now() - f.ago, now() - f.ago + interval '5 days' + f.n %% 300 * interval '1 hour', 'running',
       now() - f.ago + interval '1 hour', 4, CASE WHEN f.n %% 20 = 0 THEN 'urgent' ELSE 'normal' END, 0, '{}', '{}',
       CASE WHEN NOT f.open THEN 'Đã xử lý xong.' END,
       CASE WHEN NOT f.open THEN now() - f.ago + interval '3 days' END,
       CASE WHEN NOT f.open AND f.n %% 10 > 0 THEN now() - f.ago + interval '4 days' END,
       CASE WHEN NOT f.open AND f.n %% 10 > 2 THEN now() - f.ago + interval '11 days' END,
       CASE WHEN NOT f.open AND f.n %% 2 = 0 THEN
         jsonb_build_object('rating', (ARRAY['satisfied', 'acceptable', 'unsatisfied'])[1 + f.n %% 3]) END
  FROM (SELECT n, code, n <= %(open)s AS open,
               CASE WHEN n <= %(open)s THEN n %% 20000 * interval '1 minute'
                    ELSE interval '15 days' + n * interval '1 minute' END AS ago FROM fresh) f
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM category
         WHERE public AND lane <> 'restricted' AND parent_code IS NOT NULL) k ON k.place = f.n %% k.many
  JOIN (SELECT code, name, valid_from, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many
          FROM area WHERE kind = 'commune' AND valid_to IS NULL) a ON a.place = (f.n / 7) %% a.many
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM agency) g
    ON g.place = (f.n / 3) %% g.many
  JOIN (SELECT ST_X(point::geometry) AS lon, ST_Y(point::geometry) AS lat, row_number() OVER (ORDER BY id) - 1 AS place,
               count(*) OVER () AS many FROM place) p ON p.place = f.n %% p.many
"""
WORDS = (
    "Ổ gà sâu giữa làn xe máy trước chợ Rạch Dừa",
    "Đèn đường hẻm tắt nhiều đêm liền, rất tối",
    "Rác tồn đọng ở góc đường, bốc mùi",
    "Nắp cống vỡ trước cổng trường tiểu học",
    "Cây nghiêng sắp ngã đè dây điện",
    "Nước ngập khi triều cường dâng cao",
    "Vỉa hè bị chiếm để bán hàng",
)


def fill(machine: Machine, total: int, open_ones: int) -> list[str]:
    """`total` reports, the first `open_ones` of them open; the codes of the open ones."""
    # Drawn by chance, so that among a million two are now and then the same.
    codes = list({new_code() for _ in range(total + 100)})[:total]
    with psycopg.connect(machine.libpq_url) as connection:
        connection.execute("CREATE TEMP TABLE fresh (n int, code text)")
        with connection.cursor().copy("COPY fresh FROM STDIN") as rows:
            for number, code in enumerate(codes):
                rows.write_row((number + 1, code))
        connection.execute(_SPREAD, {"words": list(WORDS), "open": open_ones})
    with psycopg.connect(machine.libpq_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE report")
    return codes[:open_ones]
