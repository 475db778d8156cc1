-- The newest of each writer stays for a day: it says how far that has come. By the database's clock.
DELETE FROM announcements
WHERE project = :project AND (writer, seq) IN (
    SELECT writer, seq
    FROM announcements AS a
    WHERE project = :project AND at < clock_timestamp() - CAST(:kept AS bigint) * interval '1 millisecond'
      AND (at < clock_timestamp() - interval '1 day'
           OR EXISTS (SELECT 1 FROM announcements AS n WHERE n.project = a.project AND n.writer = a.writer AND n.seq > a.seq))
    ORDER BY at
    LIMIT :limit)
RETURNING seq
