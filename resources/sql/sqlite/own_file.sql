-- Runs on connections to what is ours or empty: the file's header keeps it.
PRAGMA journal_mode = WAL;
