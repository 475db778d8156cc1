-- The next commit waits for the disk, and for all before it.
SET synchronous_commit = on;

-- The planner goes by what is there now.
ANALYZE events;
