-- projects: a JSON array of ids; wide: 1 = whatever they say. before: an id that is not reached.
SELECT project, id, CAST(round(extract(epoch FROM at) * 1000) AS bigint), subject, action, target, detail
FROM audit_log
WHERE id < CAST(:before AS uuid)
  AND (CAST(:wide AS integer) = 1
       OR project IN (SELECT json_array_elements_text(CAST(:projects AS json))))
ORDER BY id DESC
LIMIT CAST(:limit AS integer)
