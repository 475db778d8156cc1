INSERT INTO members (project, subject, role, "createdAt") VALUES (:project, :subject, :role, :now)
ON CONFLICT (project, subject) DO UPDATE SET role = excluded.role
