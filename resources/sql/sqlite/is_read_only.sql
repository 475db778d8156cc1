-- A file that may not be written is found out when it is opened.
SELECT 0
