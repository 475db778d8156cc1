SELECT 1 FROM events WHERE project = :project AND id = :id
