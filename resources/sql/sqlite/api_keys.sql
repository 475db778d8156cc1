SELECT id, project, role, name, digest, "createdAt", "expiresAt", "revokedAt"
FROM api_keys
ORDER BY project, "createdAt", id
