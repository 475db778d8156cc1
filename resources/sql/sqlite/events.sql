-- Newest first through the primary key. The plus keeps a common event type from sorting all of its events.
SELECT id, "eventType", "userId", "timestamp", metadata, "receivedAt"
FROM events
WHERE project = :project AND id >= :from AND id < :to
  AND (:type = '' OR +"eventType" = :type)
ORDER BY id DESC
LIMIT :limit
