SELECT id, project, role, name, digest, "createdAt", "expiresAt", "revokedAt", "lastUsedAt", "replacedBy"
FROM api_keys
ORDER BY project, "createdAt", id
