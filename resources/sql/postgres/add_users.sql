-- rows: [{p: project, t: minute, i: id of one of the events, u: sketch}]
INSERT INTO user_sketches (project, step, bucket, part, sketch)
SELECT p, 0, t, i, u
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, t bigint, i text, u text)
