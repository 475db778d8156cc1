-- ids: a JSON array. Those that the project has.
SELECT id FROM events WHERE project = :project AND id IN (SELECT value FROM json_each(:ids))
