-- There are none.
DELETE FROM announcements WHERE project = :project AND at < 0 - :kept - :limit
RETURNING seq
