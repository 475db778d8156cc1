SELECT count(*) FROM members WHERE project <> :project
