-- Of the minutes of [from, to), in order.
SELECT bucket, part, sketch
FROM user_sketches
WHERE project = :project AND step = 0 AND bucket >= :from AND bucket < :to
ORDER BY bucket, part
LIMIT :limit
