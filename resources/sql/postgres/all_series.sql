SELECT id, "key" FROM series WHERE project = :project
