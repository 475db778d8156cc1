-- What every batch needs of the tables that it writes to. What only housekeeping needs: missing_upkeep_rights.
SELECT need.name || ' (' || p || ')'
FROM (VALUES ('events', ARRAY['SELECT', 'INSERT']),
             ('series', ARRAY['SELECT', 'INSERT']),
             ('idempotency_keys', ARRAY['SELECT', 'INSERT']),
             ('announcements', ARRAY['SELECT', 'INSERT']),
             ('minute_counts', ARRAY['SELECT', 'INSERT', 'UPDATE']),
             ('minute_rejections', ARRAY['SELECT', 'INSERT', 'UPDATE']),
             ('user_sketches', ARRAY['SELECT', 'INSERT', 'UPDATE'])) AS need (name, privileges),
     unnest(need.privileges) AS p
WHERE to_regclass(need.name) IS NOT NULL AND NOT has_table_privilege(to_regclass(need.name), p)
ORDER BY 1
