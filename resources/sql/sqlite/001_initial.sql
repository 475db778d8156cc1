-- Times are UTC milliseconds since 1970 as integers; ids are UUID v7 as lower-case text, so that the primary key also
-- orders by time of receipt. Column names are those of the outside contract.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

INSERT INTO projects (id, name) VALUES ('default', 'Default');

CREATE TABLE events (
    id TEXT NOT NULL,
    project TEXT NOT NULL,
    "eventType" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "timestamp" INTEGER NOT NULL,
    metadata TEXT,
    "receivedAt" INTEGER NOT NULL,
    "createdAt" INTEGER NOT NULL DEFAULT (CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)),
    PRIMARY KEY (project, id)
) STRICT;

CREATE INDEX events_timestamp_type ON events (project, "timestamp", "eventType");

CREATE INDEX events_user_timestamp ON events (project, "userId", "timestamp");

CREATE INDEX events_type_timestamp ON events (project, "eventType", "timestamp");

-- id: the first 8 bytes of SHA-256 of key, big-endian, signed. key: the series as a JSON array of strings.
CREATE TABLE series (
    project TEXT NOT NULL REFERENCES projects (id),
    id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;

-- Accepted events by minute of receipt. Several writers never meet in a row.
CREATE TABLE minute_counts (
    project TEXT NOT NULL,
    minute INTEGER NOT NULL,
    series INTEGER NOT NULL,
    writer TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project, minute, series, writer)
) STRICT, WITHOUT ROWID;

-- Events that validation refused, by minute of receipt.
CREATE TABLE minute_rejections (
    project TEXT NOT NULL,
    minute INTEGER NOT NULL,
    writer TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project, minute, writer)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    project TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "receivedAt" INTEGER NOT NULL,
    PRIMARY KEY (project, "key")
) STRICT, WITHOUT ROWID;
