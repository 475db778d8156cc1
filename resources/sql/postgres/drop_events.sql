-- Their counts stay.
DELETE FROM events
WHERE project = :project AND id IN (
    SELECT id FROM events WHERE project = :project AND id < CAST(:before AS uuid) ORDER BY id LIMIT :limit)
RETURNING id
