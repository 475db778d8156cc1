-- Minutes that are no longer shown as minutes, added up by quarter hour, and those by UTC day. Buckets are UTC
-- milliseconds since 1970. One event is counted in exactly one of the three tables.
CREATE TABLE quarter_counts (
    project TEXT NOT NULL,
    quarter INTEGER NOT NULL,
    series INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project, quarter, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_counts (
    project TEXT NOT NULL,
    day INTEGER NOT NULL,
    series INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project, day, series)
) STRICT, WITHOUT ROWID;

-- To find the keys that may be forgotten.
CREATE INDEX idempotency_keys_received ON idempotency_keys (project, "receivedAt");

-- What senders, dashboards and administrators present. digest: SHA-256 of the whole key in hex; the key itself is
-- nowhere. role: sender, viewer or admin. Times are UTC milliseconds.
CREATE TABLE api_keys (
    project TEXT NOT NULL REFERENCES projects (id),
    id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    "createdAt" INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)),
    "expiresAt" INTEGER,
    "revokedAt" INTEGER,
    PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
