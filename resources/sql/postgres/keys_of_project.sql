SELECT count(*)
FROM api_keys
WHERE project = :project AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())
