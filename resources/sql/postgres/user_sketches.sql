-- Newest first.
SELECT bucket, sketch
FROM user_sketches
WHERE project = :project AND step = :step AND bucket < :before
ORDER BY bucket DESC
LIMIT :limit
