SELECT count(*) FROM events WHERE project = :project
