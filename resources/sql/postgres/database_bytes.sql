-- In all; what is free within the tables the server knows itself.
SELECT pg_total_relation_size('events'), 0
