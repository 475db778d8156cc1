SELECT bucket, sketch FROM user_sketches WHERE project = :project AND step = 0
