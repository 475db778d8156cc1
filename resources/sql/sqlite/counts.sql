-- Every stored count once: where it is stored (1 minutes, 2 quarter hours, 3 days), its bucket, no series, and then series
-- and count in turn, in one text per bucket, which is the order of the tables: a row of its own for each would cost several
-- times as much to hand over.
SELECT 3, day, NULL, group_concat(series || ' ' || count, ' ') FROM day_counts WHERE project = :project GROUP BY day
UNION ALL
SELECT 2, quarter, NULL, group_concat(series || ' ' || count, ' ') FROM quarter_counts WHERE project = :project GROUP BY quarter
UNION ALL
SELECT 1, minute, NULL, group_concat(series || ' ' || count, ' ') FROM minute_counts WHERE project = :project GROUP BY minute
