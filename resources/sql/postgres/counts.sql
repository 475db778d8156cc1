-- Every stored count once: where it is stored (1 minutes, 2 quarter hours, 3 days), no bucket, its series, and then the
-- number of a bucket (its start in minutes, quarter hours or days since 1970) and count in turn. One text per series: a row
-- of its own for each count would cost several times as much to hand over, and one per bucket twice as much to make.
SELECT 3, NULL, series, string_agg(day / 86400000 || ' ' || count, ' ') FROM day_counts WHERE project = :project GROUP BY series
UNION ALL
SELECT 2, NULL, series, string_agg(quarter / 900000 || ' ' || count, ' ') FROM quarter_counts WHERE project = :project GROUP BY series
UNION ALL
SELECT 1, NULL, series, string_agg(minute / 60000 || ' ' || count, ' ') FROM minute_counts WHERE project = :project GROUP BY series
