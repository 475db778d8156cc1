-- ids are UUID v7, so that the primary key also orders by time of receipt. Every key begins with the project, so that
-- the tables can be distributed by it. Column names are those of the outside contract.
CREATE TABLE projects (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL
);

INSERT INTO projects (id, name) VALUES ('default', 'Default');

CREATE TABLE events (
    id uuid NOT NULL,
    project text NOT NULL,
    "eventType" text NOT NULL,
    "userId" text NOT NULL,
    "timestamp" timestamptz NOT NULL,
    metadata jsonb,
    "receivedAt" timestamptz NOT NULL,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project, id)
);

CREATE INDEX events_timestamp_type ON events (project, "timestamp", "eventType");

CREATE INDEX events_user_timestamp ON events (project, "userId", "timestamp");

CREATE INDEX events_type_timestamp ON events (project, "eventType", "timestamp");

-- id: the first 8 bytes of SHA-256 of key, big-endian, signed. key: the series as a JSON array of strings.
CREATE TABLE series (
    project text NOT NULL REFERENCES projects (id),
    id bigint NOT NULL,
    "key" text NOT NULL,
    PRIMARY KEY (project, id)
);

-- Accepted events by minute of receipt (UTC milliseconds since 1970). Several writers never meet in a row. The running
-- minute is updated again and again: room in its page keeps these updates off the index.
CREATE TABLE minute_counts (
    project text NOT NULL,
    minute bigint NOT NULL,
    series bigint NOT NULL,
    writer text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (project, minute, series, writer)
) WITH (fillfactor = 80);

-- Events that validation refused, by minute of receipt.
CREATE TABLE minute_rejections (
    project text NOT NULL,
    minute bigint NOT NULL,
    writer text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (project, minute, writer)
);

CREATE TABLE idempotency_keys (
    project text NOT NULL,
    "key" text NOT NULL,
    "eventId" uuid NOT NULL,
    "receivedAt" timestamptz NOT NULL,
    PRIMARY KEY (project, "key")
);
