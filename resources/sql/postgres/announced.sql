-- How far each writer has come. One look into the index per writer, however many rows it has.
WITH RECURSIVE writers (writer) AS (
    SELECT min(writer) FROM announcements WHERE project = :project
    UNION ALL
    SELECT (SELECT min(writer) FROM announcements WHERE project = :project AND writer > w.writer)
    FROM writers AS w
    WHERE w.writer IS NOT NULL
)
SELECT writer, (SELECT max(seq) FROM announcements AS a WHERE a.project = :project AND a.writer = writers.writer)
FROM writers
WHERE writer IS NOT NULL
