-- A row estimate of -1: never looked at. What the sessions reported is there all the same.
SELECT c.relname, pg_total_relation_size(c.oid), pg_indexes_size(c.oid),
       CAST(greatest(CASE WHEN c.reltuples < 0 THEN s.n_live_tup ELSE c.reltuples END, 0) AS bigint),
       coalesce(s.n_dead_tup, 0), CAST(extract(epoch FROM greatest(s.last_vacuum, s.last_autovacuum)) * 1000 AS bigint)
FROM pg_class AS c LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
ORDER BY 2 DESC
