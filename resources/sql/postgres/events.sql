-- Newest first through the primary key.
SELECT id, "eventType", "userId", CAST(round(extract(epoch FROM "timestamp") * 1000) AS bigint),
       CAST(metadata AS text), CAST(round(extract(epoch FROM "receivedAt") * 1000) AS bigint)
FROM events
WHERE project = :project AND id >= CAST(:from AS uuid) AND id < CAST(:to AS uuid)
  AND (:type = '' OR "eventType" = :type)
ORDER BY id DESC
LIMIT :limit
