-- :type and :user behind a sign that does not count.
-- One user has few events: found through (project, userId), then put in order.
SELECT id, CAST("eventType" AS blob), CAST("userId" AS blob), "timestamp", CAST(metadata AS blob), "receivedAt"
FROM events INDEXED BY events_user_timestamp
WHERE project = :project AND "userId" = substr(:user, 2) AND id >= :from AND id < :to
  AND (substr(:type, 2) = '' OR "eventType" = substr(:type, 2))
ORDER BY id DESC
LIMIT :limit
