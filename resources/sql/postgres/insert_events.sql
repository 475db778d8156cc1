-- rows: [{p: project, i: id, t: type, u: user, s: timestamp, m: metadata text, r: received at}]
INSERT INTO events (project, id, "eventType", "userId", "timestamp", metadata, "receivedAt")
SELECT p, i, t, u, to_timestamp(s / 1000.0), CAST(m AS jsonb), to_timestamp(r / 1000.0)
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, i uuid, t text, u text, s bigint, m text, r bigint)
