-- What housekeeping needs beside missing_rights.
SELECT need.name || ' (' || p || ')'
FROM (VALUES ('events', ARRAY['DELETE']),
             ('idempotency_keys', ARRAY['DELETE']),
             ('announcements', ARRAY['DELETE']),
             ('minute_counts', ARRAY['DELETE']),
             ('quarter_counts', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
             ('day_counts', ARRAY['SELECT', 'INSERT', 'UPDATE']),
             ('minute_rejections', ARRAY['DELETE']),
             ('user_sketches', ARRAY['DELETE'])) AS need (name, privileges),
     unnest(need.privileges) AS p
WHERE to_regclass(need.name) IS NOT NULL AND NOT has_table_privilege(to_regclass(need.name), p)
ORDER BY 1
