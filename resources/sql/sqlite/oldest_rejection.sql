-- Rows without a writer are days already.
SELECT min(minute) FROM minute_rejections WHERE project = :project AND minute < :before AND writer <> ''
