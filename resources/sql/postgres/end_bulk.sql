-- The planner goes by what is there now.
ANALYZE events;
