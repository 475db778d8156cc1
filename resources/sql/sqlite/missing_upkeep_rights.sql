-- The file's permissions are all there is, and are looked at when it is opened.
SELECT 'nothing' WHERE 1 = 0
