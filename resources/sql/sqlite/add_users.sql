-- rows: [{p: project, t: minute, i: id of one of the events, u: sketch}]
INSERT INTO user_sketches (project, step, bucket, part, sketch)
SELECT value ->> 'p', 0, value ->> 't', value ->> 'i', value ->> 'u'
FROM json_each(:rows)
