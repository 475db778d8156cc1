-- By a column: other programs have a table of this name too.
SELECT count(*) FROM pragma_table_info('schema_migrations') WHERE name = 'appliedAt'
