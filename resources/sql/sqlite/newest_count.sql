SELECT max(newest) FROM (
    SELECT max(minute) AS newest FROM minute_counts WHERE project = :project AND minute < :before
    UNION ALL
    SELECT max(quarter) FROM quarter_counts WHERE project = :project AND quarter < :before
    UNION ALL
    SELECT max(day) FROM day_counts WHERE project = :project AND day < :before)
