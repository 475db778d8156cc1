-- Sizes of an index are its table's.
SELECT m.tbl_name, sum(d.pgsize), sum(CASE WHEN m.type = 'index' THEN d.pgsize ELSE 0 END),
       sum(CASE WHEN m.type = 'table' THEN d.ncell ELSE 0 END), 0, NULL
FROM (SELECT name, sum(pgsize) AS pgsize, sum(CASE WHEN pagetype = 'leaf' THEN ncell ELSE 0 END) AS ncell
      FROM dbstat GROUP BY name) AS d
JOIN sqlite_master AS m ON m.name = d.name
GROUP BY m.tbl_name
ORDER BY 2 DESC
