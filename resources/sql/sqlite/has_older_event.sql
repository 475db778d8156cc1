SELECT id FROM events WHERE project = :project AND id < :before ORDER BY id LIMIT 1
