-- projects: a JSON array of ids; wide: 1 = whatever they say. before: an id that is not reached.
SELECT project, id, at, subject, action, target, detail
FROM audit_log
WHERE id < :before AND (:wide = 1 OR project IN (SELECT value FROM json_each(:projects)))
ORDER BY id DESC
LIMIT :limit
