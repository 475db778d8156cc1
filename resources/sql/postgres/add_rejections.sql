-- rows: [{p: project, t: minute, c: count}]
INSERT INTO minute_rejections (project, minute, writer, count)
SELECT p, t, :writer, c
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, t bigint, c bigint)
ON CONFLICT (project, minute, writer) DO UPDATE SET count = minute_rejections.count + excluded.count
