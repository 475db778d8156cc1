-- The lock beside the file tells it.
SELECT '' WHERE 0
