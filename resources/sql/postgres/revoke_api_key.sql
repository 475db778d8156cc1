UPDATE api_keys SET "revokedAt" = to_timestamp(CAST(:now AS bigint) / 1000.0)
WHERE project = :project AND id = :id AND "revokedAt" IS NULL
RETURNING id
