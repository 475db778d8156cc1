-- Autovacuum makes the room usable again.
SELECT 1
