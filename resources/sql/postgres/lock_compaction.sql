-- One server compacts at a time; the others have nothing to wait for.
SELECT CASE WHEN pg_try_advisory_xact_lock(7310593858220223342) THEN 1 ELSE 0 END
