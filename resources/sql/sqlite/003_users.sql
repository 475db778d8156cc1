-- Who was there and when, as sketches of users in base64 (core/usersketch.h). step: the width of the bucket in
-- milliseconds, minutes to days; bucket: its start. A bucket's sketch holds all users of the finer ones within it, so
-- that those may go. Step 0 is what a commit found new in the minute `bucket`, for housekeeping to add to the others:
-- part is then the id of an event of it, so that several writers never meet in a row, and empty else.
CREATE TABLE user_sketches (
    project TEXT NOT NULL,
    step INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    part TEXT NOT NULL,
    sketch TEXT NOT NULL,
    PRIMARY KEY (project, step, bucket, part)
) STRICT, WITHOUT ROWID;

-- Projects whose users are known only from then on (UTC milliseconds since 1970): they have older counts.
CREATE TABLE users_since (
    project TEXT NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO users_since (project, since)
SELECT id, CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)
FROM projects
WHERE EXISTS (SELECT 1 FROM minute_counts WHERE project = projects.id)
   OR EXISTS (SELECT 1 FROM quarter_counts WHERE project = projects.id)
   OR EXISTS (SELECT 1 FROM day_counts WHERE project = projects.id);
