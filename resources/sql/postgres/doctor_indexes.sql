SELECT c.relname, CASE WHEN i.indisvalid AND i.indisready THEN 1 ELSE 0 END
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
