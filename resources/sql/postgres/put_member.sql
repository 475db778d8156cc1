INSERT INTO members (project, subject, role, "createdAt")
VALUES (:project, :subject, :role, to_timestamp(CAST(:now AS bigint) / 1000.0))
ON CONFLICT (project, subject) DO UPDATE SET role = excluded.role
