-- Coarser ones have their users.
DELETE FROM user_sketches
WHERE project = :project AND step = :step AND bucket IN (
    SELECT bucket FROM user_sketches
    WHERE project = :project AND step = :step AND bucket < :before
    ORDER BY bucket
    LIMIT :limit)
RETURNING bucket
