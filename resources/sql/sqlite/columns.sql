-- There are no schemas.
SELECT name FROM pragma_table_info(:table) WHERE :schema = ''
