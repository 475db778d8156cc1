DELETE FROM idempotency_keys
WHERE project = :project AND "key" IN (
    SELECT "key" FROM idempotency_keys
    WHERE project = :project AND "receivedAt" < to_timestamp(CAST(:before AS bigint) / 1000.0)
    ORDER BY "receivedAt"
    LIMIT :limit)
RETURNING "key"
