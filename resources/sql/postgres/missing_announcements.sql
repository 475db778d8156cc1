-- known: [{p: project, w: writer, s: seq}]. The projects of those that are not there.
SELECT DISTINCT p
FROM json_to_recordset(CAST(:known AS json)) AS x (p text, w text, s bigint)
WHERE NOT EXISTS (SELECT 1 FROM announcements AS a WHERE a.project = x.p AND a.writer = x.w AND a.seq = x.s)
