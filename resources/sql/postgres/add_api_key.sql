-- expires: milliseconds, 0 = never.
INSERT INTO api_keys (project, id, role, name, digest, "createdAt", "expiresAt")
VALUES (:project, :id, :role, :name, :digest, to_timestamp(CAST(:created AS bigint) / 1000.0),
        to_timestamp(nullif(CAST(:expires AS bigint), 0) / 1000.0))
