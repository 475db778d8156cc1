SELECT DISTINCT coalesce(host(client_addr), 'this machine')
FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database() AND application_name = 'entvas server'
ORDER BY 1
