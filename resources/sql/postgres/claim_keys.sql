-- rows: [{p: project, k: key, e: event id, r: received at}]. Keys that are taken stay as they are; one that another
-- server is just taking is waited for.
INSERT INTO idempotency_keys (project, "key", "eventId", "receivedAt")
SELECT p, k, e, to_timestamp(r / 1000.0)
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, k text, e uuid, r bigint)
ON CONFLICT (project, "key") DO NOTHING
RETURNING "key"
