-- The minutes of [from, to) as one quarter hour; drop_minutes takes them away in the same transaction.
INSERT INTO quarter_counts (project, quarter, series, count)
SELECT project, :from, series, sum(count)
FROM minute_counts
WHERE project = :project AND minute >= :from AND minute < :to
GROUP BY project, series
ON CONFLICT (project, quarter, series) DO UPDATE SET count = quarter_counts.count + excluded.count
