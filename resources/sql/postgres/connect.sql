-- Runs on every new connection. Nothing may wait for ever.
SET statement_timeout = '30s';

SET lock_timeout = '10s';

SET idle_in_transaction_session_timeout = '60s';

SET client_min_messages = 'warning';

SET TIME ZONE 'UTC';

-- For the counts that a start reads.
SET work_mem = '32MB';
