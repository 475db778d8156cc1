-- Nobody announces anything here.
SELECT project FROM announcements WHERE 0 AND :known = ''
