SELECT minute, CAST(sum(count) AS bigint)
FROM minute_rejections
WHERE project = :project AND minute >= :from
GROUP BY minute
ORDER BY minute
