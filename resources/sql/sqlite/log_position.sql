-- A file has no replica.
SELECT ''
