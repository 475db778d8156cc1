-- rows: [{p: project, s: seq, a: payload}]
INSERT INTO announcements (project, writer, seq, payload)
SELECT p, :writer, s, a
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, s bigint, a text)
