-- rows: [{p: project, t: minute, s: series, c: count}]
INSERT INTO minute_counts (project, minute, series, writer, count)
SELECT p, t, s, :writer, c
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, t bigint, s bigint, c bigint)
ON CONFLICT (project, minute, series, writer) DO UPDATE SET count = minute_counts.count + excluded.count
