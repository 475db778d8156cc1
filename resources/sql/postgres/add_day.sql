-- The quarter hours of [from, to) as days, which are :step wide; drop_quarters takes them away in the same transaction.
INSERT INTO day_counts (project, day, series, count)
SELECT project, quarter - quarter % CAST(:step AS bigint), series, CAST(sum(count) AS bigint)
FROM quarter_counts
WHERE project = :project AND quarter >= :from AND quarter < :to
GROUP BY 1, 2, 3
ON CONFLICT (project, day, series) DO UPDATE SET count = day_counts.count + excluded.count
