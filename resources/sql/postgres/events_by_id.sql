-- ids: a JSON array. Oldest first.
SELECT id, convert_to("eventType", 'UTF8'), convert_to("userId", 'UTF8'), CAST(round(extract(epoch FROM "timestamp") * 1000) AS bigint),
       CAST(metadata AS text), CAST(round(extract(epoch FROM "receivedAt") * 1000) AS bigint)
FROM events
WHERE project = :project AND id IN (SELECT CAST(x AS uuid) FROM json_array_elements_text(CAST(:ids AS json)) AS x)
ORDER BY id
