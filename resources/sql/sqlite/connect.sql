-- Runs on every new connection. An accepted event is on disk: a full sync at each commit.
PRAGMA busy_timeout = 5000;

PRAGMA synchronous = FULL;

PRAGMA foreign_keys = ON;

PRAGMA trusted_schema = OFF;

-- Statements that touch many rows keep their way back in memory: a file for each cost as much as their work.
PRAGMA temp_store = MEMORY;

-- In KiB: the pages that a busy database's indexes are changed in.
PRAGMA cache_size = -32768;

-- In pages: each checkpoint writes a page once, however often it was changed since the last one.
PRAGMA wal_autocheckpoint = 4000;
