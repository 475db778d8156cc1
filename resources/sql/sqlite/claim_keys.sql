-- rows: [{p: project, k: key, e: event id, r: received at}]. Keys that are taken stay as they are.
INSERT INTO idempotency_keys (project, "key", "eventId", "receivedAt")
SELECT value ->> 'p', value ->> 'k', value ->> 'e', value ->> 'r'
FROM json_each(:rows)
WHERE true
ON CONFLICT (project, "key") DO NOTHING
RETURNING "key"
