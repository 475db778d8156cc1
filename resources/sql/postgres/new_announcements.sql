-- seen: [{p: project, w: writer, s: seq that is known, u: last seq that is wanted}]; one without writer for every project
-- that is followed. Of a writer that is not in it all rows are new. Those of each writer come in order and without a
-- gap of ours; the age is in milliseconds of the database's clock.
WITH RECURSIVE known AS (
    SELECT p, w, s, u FROM json_to_recordset(CAST(:seen AS json)) AS x (p text, w text, s bigint, u bigint)
), writers (project, writer) AS (
    SELECT p, (SELECT min(writer) FROM announcements WHERE project = p) FROM known WHERE w = ''
    UNION ALL
    SELECT w.project, (SELECT min(writer) FROM announcements WHERE project = w.project AND writer > w.writer)
    FROM writers AS w
    WHERE w.writer IS NOT NULL
)
SELECT w.project, w.writer, a.seq, CAST(extract(epoch FROM clock_timestamp() - a.at) * 1000 AS double precision), a.payload
FROM writers AS w
LEFT JOIN known AS k ON k.p = w.project AND k.w = w.writer
CROSS JOIN LATERAL (
    SELECT seq, at, payload
    FROM announcements
    WHERE project = w.project AND writer = w.writer AND seq > coalesce(k.s, 0) AND seq <= coalesce(k.u, 9223372036854775807)
    ORDER BY seq
    LIMIT CAST(:each AS integer)
) AS a
WHERE w.writer IS NOT NULL AND (w.writer <> :own OR k.u IS NOT NULL)
LIMIT CAST(:limit AS integer)
