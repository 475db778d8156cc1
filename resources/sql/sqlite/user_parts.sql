SELECT part, sketch
FROM user_sketches
WHERE project = :project AND step = 0 AND bucket = :bucket
ORDER BY part
LIMIT :limit
