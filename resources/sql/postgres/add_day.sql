-- The quarter hours of [from, to) as one day; drop_quarters takes them away in the same transaction.
INSERT INTO day_counts (project, day, series, count)
SELECT project, CAST(:from AS bigint), series, CAST(sum(count) AS bigint)
FROM quarter_counts
WHERE project = :project AND quarter >= :from AND quarter < :to
GROUP BY project, series
ON CONFLICT (project, day, series) DO UPDATE SET count = day_counts.count + excluded.count
