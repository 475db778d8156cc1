CREATE TABLE schema_migrations (
    version integer NOT NULL PRIMARY KEY,
    name text NOT NULL,
    "appliedAt" timestamptz NOT NULL DEFAULT now()
)
