-- 3.40.1 is 3004001, as the library itself counts.
SELECT CAST(substr(v, 1, instr(v, '.') - 1) AS INTEGER) * 1000000
     + CAST(substr(v, instr(v, '.') + 1) AS INTEGER) * 1000,
       v, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER),
       (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size), 0, 0, 0
FROM (SELECT sqlite_version() AS v)
