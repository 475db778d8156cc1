SELECT (SELECT coalesce(sum(count), 0) FROM minute_counts WHERE project = :project)
     + (SELECT coalesce(sum(count), 0) FROM quarter_counts WHERE project = :project)
     + (SELECT coalesce(sum(count), 0) FROM day_counts WHERE project = :project),
       (SELECT coalesce(sum(count), 0) FROM minute_rejections WHERE project = :project)
