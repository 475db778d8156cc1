SELECT (SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM minute_counts WHERE project = :project)
     + (SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM quarter_counts WHERE project = :project)
     + (SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM day_counts WHERE project = :project),
       (SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM minute_rejections WHERE project = :project)
