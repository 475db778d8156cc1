SELECT since FROM users_since WHERE project = :project
