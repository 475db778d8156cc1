DELETE FROM quarter_counts WHERE project = :project AND quarter >= :from AND quarter < :to
