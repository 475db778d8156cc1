-- 2: a standby, 1: set so (default_transaction_read_only), 0: it takes writes.
SELECT CASE WHEN pg_is_in_recovery() THEN 2 WHEN current_setting('transaction_read_only') = 'on' THEN 1 ELSE 0 END
