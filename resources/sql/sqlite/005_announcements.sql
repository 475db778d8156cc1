-- For servers that share a database, which a file never is: here it stays empty.
CREATE TABLE announcements (
    project TEXT NOT NULL,
    writer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (project, writer, seq)
) STRICT, WITHOUT ROWID;
