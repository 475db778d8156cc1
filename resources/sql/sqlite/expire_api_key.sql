UPDATE api_keys SET "expiresAt" = :expires
WHERE project = :project AND id = :id AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > :now)
RETURNING id
