-- For what can be done again when the power fails: a commit is on disk with the next checkpoint, and never in part.
PRAGMA synchronous = NORMAL;

-- In KiB.
PRAGMA cache_size = -65536;

-- In pages: many changes of one page are written once.
PRAGMA wal_autocheckpoint = 16000;
