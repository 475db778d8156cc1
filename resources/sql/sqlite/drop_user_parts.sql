-- Those that user_parts brought: up to the last of them.
DELETE FROM user_sketches
WHERE project = :project AND step = 0 AND bucket >= :from
  AND (bucket < :bucket OR (bucket = :bucket AND part <= :part))
