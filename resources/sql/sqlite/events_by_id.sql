-- ids: a JSON array. Oldest first.
SELECT id, "eventType", "userId", "timestamp", metadata, "receivedAt"
FROM events
WHERE project = :project AND id IN (SELECT value FROM json_each(:ids))
ORDER BY id
