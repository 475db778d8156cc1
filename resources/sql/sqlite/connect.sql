-- Runs on every new connection. An accepted event is on disk: WAL with a full sync at each commit.
PRAGMA busy_timeout = 5000;

PRAGMA journal_mode = WAL;

PRAGMA synchronous = FULL;

PRAGMA foreign_keys = ON;

PRAGMA trusted_schema = OFF;
