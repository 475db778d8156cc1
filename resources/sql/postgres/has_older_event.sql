SELECT id FROM events WHERE project = :project AND id < CAST(:before AS uuid) ORDER BY id LIMIT 1
