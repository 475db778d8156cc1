-- :type behind a sign that does not count.
-- Newest first through the primary key. The plus keeps a common event type from sorting all of its events.
SELECT id, CAST("eventType" AS blob), CAST("userId" AS blob), "timestamp", CAST(metadata AS blob), "receivedAt"
FROM events
WHERE project = :project AND id >= :from AND id < :to
  AND (substr(:type, 2) = '' OR +"eventType" = substr(:type, 2))
ORDER BY id DESC
LIMIT :limit
