INSERT INTO projects (id, name) VALUES (:id, :name) ON CONFLICT (id) DO NOTHING
RETURNING id
