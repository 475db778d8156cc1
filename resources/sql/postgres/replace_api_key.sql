-- Ends at `until`, or when it would have ended before. Once: a key that is replaced already stays as it is.
UPDATE api_keys
SET "replacedBy" = :next, "expiresAt" = least("expiresAt", to_timestamp(CAST(:until AS bigint) / 1000.0))
WHERE project = :project AND id = :id AND "revokedAt" IS NULL AND "replacedBy" IS NULL
  AND ("expiresAt" IS NULL OR "expiresAt" > to_timestamp(CAST(:now AS bigint) / 1000.0))
RETURNING id
