-- rows: [{p: project, t: minute, s: series, c: count}]
INSERT INTO minute_counts (project, minute, series, writer, count)
SELECT value ->> 'p', value ->> 't', value ->> 's', :writer, value ->> 'c'
FROM json_each(:rows)
WHERE true
ON CONFLICT (project, minute, series, writer) DO UPDATE SET count = minute_counts.count + excluded.count
