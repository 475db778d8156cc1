SELECT CAST(extract(epoch FROM min("receivedAt")) * 1000 AS bigint)
FROM (SELECT "receivedAt" FROM events ORDER BY project, id LIMIT 1) AS e
