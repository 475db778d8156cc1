DELETE FROM api_keys
WHERE project = :project
  AND ("revokedAt" IS NOT NULL OR "expiresAt" <= to_timestamp(CAST(:now AS bigint) / 1000.0))
RETURNING id
