SELECT count(*)
FROM api_keys
WHERE project = :project AND "revokedAt" IS NULL
  AND ("expiresAt" IS NULL OR "expiresAt" > (julianday('now') - 2440587.5) * 86400000)
