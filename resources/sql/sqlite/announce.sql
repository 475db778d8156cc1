-- rows: [{p: project, s: seq, a: payload}]
INSERT INTO announcements (project, writer, seq, at, payload)
SELECT json_extract(value, '$.p'), :writer, json_extract(value, '$.s'), 0, json_extract(value, '$.a')
FROM json_each(:rows)
