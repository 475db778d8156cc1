DELETE FROM api_keys WHERE project = :project AND ("revokedAt" IS NOT NULL OR "expiresAt" <= :now)
RETURNING id
