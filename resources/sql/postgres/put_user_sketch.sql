INSERT INTO user_sketches (project, step, bucket, part, sketch)
VALUES (:project, :step, :bucket, '', :sketch)
ON CONFLICT (project, step, bucket, part) DO UPDATE SET sketch = excluded.sketch
