-- The minutes of [from, to) as days, which are :step wide and have no writer; drop_rejections takes them away in the same
-- transaction.
INSERT INTO minute_rejections (project, minute, writer, count)
SELECT project, minute - minute % CAST(:step AS bigint), '', CAST(sum(count) AS bigint)
FROM minute_rejections
WHERE project = :project AND minute >= :from AND minute < :to AND writer <> ''
GROUP BY 1, 2
ON CONFLICT (project, minute, writer) DO UPDATE SET count = minute_rejections.count + excluded.count
