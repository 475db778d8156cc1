SELECT min(minute) FROM minute_counts WHERE project = :project AND minute < :before
