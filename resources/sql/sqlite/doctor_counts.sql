-- Of every project: its events, and how many the counts know of.
SELECT p.id,
       (SELECT count(*) FROM events AS e WHERE e.project = p.id),
       (SELECT coalesce(sum(count), 0) FROM minute_counts AS m WHERE m.project = p.id)
     + (SELECT coalesce(sum(count), 0) FROM quarter_counts AS q WHERE q.project = p.id)
     + (SELECT coalesce(sum(count), 0) FROM day_counts AS d WHERE d.project = p.id)
FROM projects AS p
ORDER BY p.id
