-- expires: milliseconds, 0 = never.
INSERT INTO api_keys (project, id, role, name, digest, "createdAt", "expiresAt")
VALUES (:project, :id, :role, :name, :digest, :created, nullif(:expires, 0))
