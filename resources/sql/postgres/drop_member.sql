DELETE FROM members WHERE project = :project AND subject = :subject
RETURNING subject
