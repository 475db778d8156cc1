SELECT CAST(current_setting('server_version_num') AS integer), current_setting('server_version'),
       CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint), pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity), CAST(current_setting('max_connections') AS integer),
       CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END
