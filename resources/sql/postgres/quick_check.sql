-- It checks its pages as it reads them.
SELECT 'ok'
