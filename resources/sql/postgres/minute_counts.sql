SELECT minute, series, CAST(sum(count) AS bigint)
FROM minute_counts
WHERE project = :project AND minute >= :from
GROUP BY minute, series
