-- There is no file to set up.
SELECT 1;
