-- The same counts in buckets of :step milliseconds.
SELECT minute / :step * :step AS bucket, series, CAST(sum(count) AS bigint)
FROM minute_counts
WHERE project = :project AND minute >= :from
GROUP BY bucket, series
