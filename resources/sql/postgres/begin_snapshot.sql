-- What is read is one moment, however long it takes.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

SET LOCAL statement_timeout = 0;

SET LOCAL idle_in_transaction_session_timeout = 0
