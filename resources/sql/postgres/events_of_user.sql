-- :type and :user behind a sign that does not count.
SELECT id, convert_to("eventType", 'UTF8'), convert_to("userId", 'UTF8'), CAST(round(extract(epoch FROM "timestamp") * 1000) AS bigint),
       CAST(metadata AS text), CAST(round(extract(epoch FROM "receivedAt") * 1000) AS bigint)
FROM events
WHERE project = :project AND "userId" = substr(CAST(:user AS text), 2) AND id >= CAST(:from AS uuid) AND id < CAST(:to AS uuid)
  AND (substr(CAST(:type AS text), 2) = '' OR "eventType" = substr(CAST(:type AS text), 2))
ORDER BY id DESC
LIMIT :limit
