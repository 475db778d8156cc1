SELECT (SELECT count(*) FROM sqlite_master) > 0
   AND (SELECT count(*) FROM pragma_table_info('schema_migrations') WHERE name = 'appliedAt') = 0
