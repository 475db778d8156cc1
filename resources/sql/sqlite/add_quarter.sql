-- The minutes of [from, to) as quarter hours, which are :step wide; drop_minutes takes them away in the same transaction.
INSERT INTO quarter_counts (project, quarter, series, count)
SELECT project, minute - minute % :step, series, sum(count)
FROM minute_counts
WHERE project = :project AND minute >= :from AND minute < :to
GROUP BY 1, 2, 3
ON CONFLICT (project, quarter, series) DO UPDATE SET count = quarter_counts.count + excluded.count
