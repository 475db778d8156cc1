SELECT 1 FROM events WHERE project = :project AND id = CAST(:id AS uuid)
