-- By a column: other programs have a table of this name too.
SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('schema_migrations') AND attname = 'appliedAt'
