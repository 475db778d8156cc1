-- Nobody announces anything here.
SELECT project, writer, seq, 0.0, payload FROM announcements WHERE 0 AND :seen = :own AND :each = :limit
