-- ids: a JSON array. Oldest first.
SELECT id, CAST("eventType" AS blob), CAST("userId" AS blob), "timestamp", CAST(metadata AS blob), "receivedAt"
FROM events
WHERE project = :project AND id IN (SELECT value FROM json_each(:ids))
ORDER BY id
