SELECT min("receivedAt") FROM (SELECT "receivedAt" FROM events ORDER BY project, id LIMIT 1)
