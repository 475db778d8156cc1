-- A file has one.
SELECT ''
