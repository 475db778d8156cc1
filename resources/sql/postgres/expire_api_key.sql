UPDATE api_keys SET "expiresAt" = to_timestamp(CAST(:expires AS bigint) / 1000.0)
WHERE project = :project AND id = :id AND "revokedAt" IS NULL
  AND ("expiresAt" IS NULL OR "expiresAt" > to_timestamp(CAST(:now AS bigint) / 1000.0))
RETURNING id
