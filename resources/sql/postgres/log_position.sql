SELECT CAST(pg_current_wal_lsn() AS text)
