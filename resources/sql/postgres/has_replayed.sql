-- One that is no replica any more goes its own way, however far its log is.
SELECT CASE WHEN pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn) THEN 1 ELSE 0 END
