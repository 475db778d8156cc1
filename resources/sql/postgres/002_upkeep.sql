-- Minutes that are no longer shown as minutes, added up by quarter hour, and those by UTC day. Buckets are UTC
-- milliseconds since 1970. One event is counted in exactly one of the three tables.
CREATE TABLE quarter_counts (
    project text NOT NULL,
    quarter bigint NOT NULL,
    series bigint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (project, quarter, series)
);

CREATE TABLE day_counts (
    project text NOT NULL,
    day bigint NOT NULL,
    series bigint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (project, day, series)
);

-- To find the keys that may be forgotten.
CREATE INDEX idempotency_keys_received ON idempotency_keys (project, "receivedAt");

-- What senders, dashboards and administrators present. digest: SHA-256 of the whole key in hex; the key itself is
-- nowhere. role: sender, viewer or admin.
CREATE TABLE api_keys (
    project text NOT NULL REFERENCES projects (id),
    id text NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "expiresAt" timestamptz,
    "revokedAt" timestamptz,
    PRIMARY KEY (project, id)
);
