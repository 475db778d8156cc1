SELECT version, name, "appliedAt" FROM schema_migrations ORDER BY version
