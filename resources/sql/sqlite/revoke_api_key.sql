UPDATE api_keys SET "revokedAt" = :now WHERE id = :id AND "revokedAt" IS NULL
