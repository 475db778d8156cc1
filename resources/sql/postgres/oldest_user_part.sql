SELECT min(bucket) FROM user_sketches WHERE project = :project AND step = 0 AND bucket < :before
