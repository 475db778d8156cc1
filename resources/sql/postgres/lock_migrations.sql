-- Held to the end of the transaction: one server migrates, the others wait and then find nothing to do.
SELECT pg_advisory_xact_lock(7310593858220223341), set_config('statement_timeout', '0', true)
