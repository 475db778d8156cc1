SELECT (SELECT coalesce(sum(count), 0) FROM minute_counts WHERE project = p.id)
     + (SELECT coalesce(sum(count), 0) FROM quarter_counts WHERE project = p.id)
     + (SELECT coalesce(sum(count), 0) FROM day_counts WHERE project = p.id)
FROM projects AS p
WHERE p.id = :project
