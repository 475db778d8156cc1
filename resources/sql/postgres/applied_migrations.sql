SELECT version, name, CAST(extract(epoch FROM "appliedAt") * 1000 AS bigint) FROM schema_migrations ORDER BY version
