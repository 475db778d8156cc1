SELECT 1 FROM announcements WHERE project = :project AND writer = :writer AND seq = :seq
