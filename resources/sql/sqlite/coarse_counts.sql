-- The same counts in buckets of :step milliseconds.
SELECT minute / :step * :step AS bucket, series, sum(count)
FROM minute_counts
WHERE project = :project AND minute >= :from
GROUP BY bucket, series
