-- One that is no replica any more goes its own way: its own log tells it from one that has all.
SELECT CASE WHEN (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)
                 >= CAST(:position AS pg_lsn) THEN 1 ELSE 0 END
