-- Received before `before`, an id.
SELECT count(*) FROM events WHERE project = :project AND id < :before
