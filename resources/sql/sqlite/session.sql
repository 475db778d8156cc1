-- There is nobody at the other end.
SELECT 0, ''
