DELETE FROM minute_counts WHERE project = :project AND minute >= :from AND minute < :to
