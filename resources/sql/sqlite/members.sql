SELECT project, subject, role, "createdAt" FROM members ORDER BY subject, project
