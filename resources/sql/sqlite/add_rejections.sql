-- rows: [{p: project, t: minute, c: count}]
INSERT INTO minute_rejections (project, minute, writer, count)
SELECT value ->> 'p', value ->> 't', :writer, value ->> 'c'
FROM json_each(:rows)
WHERE true
ON CONFLICT (project, minute, writer) DO UPDATE SET count = minute_rejections.count + excluded.count
