UPDATE api_keys SET "lastUsedAt" = :at
WHERE project = :project AND id = :id AND ("lastUsedAt" IS NULL OR "lastUsedAt" < :at)
