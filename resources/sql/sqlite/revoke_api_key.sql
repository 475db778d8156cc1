UPDATE api_keys SET "revokedAt" = :now WHERE project = :project AND id = :id AND "revokedAt" IS NULL
RETURNING id
