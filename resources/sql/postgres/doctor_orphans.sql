-- What nobody can see: events of no project, counts of no series.
SELECT (SELECT count(*) FROM events WHERE project NOT IN (SELECT id FROM projects)),
       (SELECT count(*) FROM (SELECT project, series FROM minute_counts
                              UNION SELECT project, series FROM quarter_counts
                              UNION SELECT project, series FROM day_counts) AS c
        WHERE NOT EXISTS (SELECT 1 FROM series AS s WHERE s.project = c.project AND s.id = c.series))
