-- Names the history that this database is in: a promoted standby has another timeline, a new cluster another identifier.
SELECT CAST(system_identifier AS text) || ' '
    || CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
FROM pg_control_system()
