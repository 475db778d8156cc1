UPDATE api_keys SET "lastUsedAt" = to_timestamp(CAST(:at AS bigint) / 1000.0)
WHERE project = :project AND id = :id
  AND ("lastUsedAt" IS NULL OR "lastUsedAt" < to_timestamp(CAST(:at AS bigint) / 1000.0))
