-- Ends a session that was lost to us but may still be at its commit; how many there were.
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid = :pid AND CAST(backend_start AS text) = :start
