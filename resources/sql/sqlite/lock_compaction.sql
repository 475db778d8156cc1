-- One program writes the file.
SELECT 1
