SELECT minute, series, sum(count)
FROM minute_counts
WHERE project = :project AND minute >= :from
GROUP BY minute, series
