-- All of it is on disk behind this, and the log is small again.
PRAGMA wal_checkpoint(TRUNCATE);

PRAGMA optimize;
