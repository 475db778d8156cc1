-- BEGIN IMMEDIATE has the lock already.
SELECT 1
