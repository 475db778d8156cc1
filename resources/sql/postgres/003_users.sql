-- Who was there and when, as sketches of users in base64 (core/usersketch.h). step: the width of the bucket in
-- milliseconds, minutes to days; bucket: its start. A bucket's sketch holds all users of the finer ones within it, so
-- that those may go. Step 0 is what a commit found new in the minute `bucket`, for housekeeping to add to the others:
-- part is then the id of an event of it, so that several writers never meet in a row, and empty else.
CREATE TABLE user_sketches (
    project text NOT NULL,
    step bigint NOT NULL,
    bucket bigint NOT NULL,
    part text NOT NULL,
    sketch text NOT NULL,
    PRIMARY KEY (project, step, bucket, part)
);

-- Projects whose users are known only from then on (UTC milliseconds since 1970): they have older counts.
CREATE TABLE users_since (
    project text NOT NULL PRIMARY KEY,
    since bigint NOT NULL
);

INSERT INTO users_since (project, since)
SELECT id, CAST(extract(epoch FROM now()) * 1000 AS bigint)
FROM projects
WHERE EXISTS (SELECT 1 FROM minute_counts WHERE project = projects.id)
   OR EXISTS (SELECT 1 FROM quarter_counts WHERE project = projects.id)
   OR EXISTS (SELECT 1 FROM day_counts WHERE project = projects.id);
