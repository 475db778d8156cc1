-- ids: a JSON array. Those that the project has.
SELECT e.id
FROM json_array_elements_text(CAST(:ids AS json)) AS x (id)
JOIN events AS e ON e.project = :project AND e.id = CAST(x.id AS uuid)
