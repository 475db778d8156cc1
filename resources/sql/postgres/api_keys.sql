SELECT id, project, role, name, digest,
       CAST(round(extract(epoch FROM "createdAt") * 1000) AS bigint),
       CAST(round(extract(epoch FROM "expiresAt") * 1000) AS bigint),
       CAST(round(extract(epoch FROM "revokedAt") * 1000) AS bigint),
       CAST(round(extract(epoch FROM "lastUsedAt") * 1000) AS bigint),
       "replacedBy"
FROM api_keys
ORDER BY project, "createdAt", id
