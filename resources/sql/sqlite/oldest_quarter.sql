SELECT min(quarter) FROM quarter_counts WHERE project = :project AND quarter < :before
