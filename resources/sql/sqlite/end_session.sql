SELECT 0 WHERE :pid = 0 AND :start = ''
