-- What each batch of each server added, for the other servers' live pictures (core/store/announcement.h): one row per
-- batch and project, written with the events and kept for minutes. writer: a run of a server; seq: 1, 2, 3, … in the
-- order of its commits. Several writers never meet in a row.
CREATE TABLE announcements (
    project text NOT NULL,
    writer text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    payload text NOT NULL,
    PRIMARY KEY (project, writer, seq)
);

-- To find those that may go.
CREATE INDEX announcements_at ON announcements (project, at);
