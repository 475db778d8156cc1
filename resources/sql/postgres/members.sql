SELECT project, subject, role, CAST(round(extract(epoch FROM "createdAt") * 1000) AS bigint)
FROM members
ORDER BY subject, project
