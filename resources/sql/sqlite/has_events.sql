SELECT EXISTS (SELECT 1 FROM events WHERE project = :project)
    OR EXISTS (SELECT 1 FROM minute_counts WHERE project = :project)
    OR EXISTS (SELECT 1 FROM quarter_counts WHERE project = :project)
    OR EXISTS (SELECT 1 FROM day_counts WHERE project = :project)
