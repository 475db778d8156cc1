-- Events of all time by series.
SELECT series, sum(count)
FROM (
    SELECT series, count FROM day_counts WHERE project = :project
    UNION ALL
    SELECT series, count FROM quarter_counts WHERE project = :project
    UNION ALL
    SELECT series, count FROM minute_counts WHERE project = :project
) AS c
GROUP BY series
