-- rows: [{p: project, i: id, t: type, u: user, s: timestamp, m: metadata text, r: received at}]. A strict table refuses
-- a blob in a text column: so what is no JSON is refused as data, as the other database does by its type.
INSERT INTO events (project, id, "eventType", "userId", "timestamp", metadata, "receivedAt")
SELECT value ->> 'p', value ->> 'i', value ->> 't', value ->> 'u', value ->> 's',
       CASE WHEN value ->> 'm' IS NULL OR json_valid(value ->> 'm') THEN value ->> 'm' ELSE x'00' END, value ->> 'r'
FROM json_each(:rows)
