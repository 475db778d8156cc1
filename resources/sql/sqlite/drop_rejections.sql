DELETE FROM minute_rejections WHERE project = :project AND minute >= :from AND minute < :to AND writer <> ''
