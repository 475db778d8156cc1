-- rows: [{p: project, i: id, k: key}]
INSERT INTO series (project, id, "key")
SELECT p, i, k
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, i bigint, k text)
ON CONFLICT (project, id) DO NOTHING
