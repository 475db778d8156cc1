DELETE FROM idempotency_keys
WHERE project = :project AND "key" IN (
    SELECT "key" FROM idempotency_keys
    WHERE project = :project AND "receivedAt" < :before
    ORDER BY "receivedAt"
    LIMIT :limit)
RETURNING "key"
