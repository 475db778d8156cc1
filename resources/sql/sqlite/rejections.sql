SELECT minute, sum(count)
FROM minute_rejections
WHERE project = :project AND minute >= :from
GROUP BY minute
ORDER BY minute
