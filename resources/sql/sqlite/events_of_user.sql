-- One user has few events: found through (project, userId), then put in order.
SELECT id, "eventType", "userId", "timestamp", metadata, "receivedAt"
FROM events INDEXED BY events_user_timestamp
WHERE project = :project AND "userId" = :user AND id >= :from AND id < :to
  AND (:type = '' OR "eventType" = :type)
ORDER BY id DESC
LIMIT :limit
