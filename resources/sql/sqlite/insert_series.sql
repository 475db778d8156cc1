-- rows: [{p: project, i: id, k: key}]
INSERT INTO series (project, id, "key")
SELECT value ->> 'p', value ->> 'i', value ->> 'k'
FROM json_each(:rows)
WHERE true
ON CONFLICT (project, id) DO NOTHING
