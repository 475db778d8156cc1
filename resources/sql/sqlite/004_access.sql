-- lastUsedAt: when the key was last presented, coarsely. replacedBy: the id of the key that a rotation made in its place.
ALTER TABLE api_keys ADD COLUMN "lastUsedAt" INTEGER;

ALTER TABLE api_keys ADD COLUMN "replacedBy" TEXT;

-- Which of those who can log in may see a project. While there is no row at all, projects are open to every login.
-- subject: the token's sub. role: viewer or admin.
CREATE TABLE members (
    project TEXT NOT NULL REFERENCES projects (id),
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    "createdAt" INTEGER NOT NULL,
    PRIMARY KEY (project, subject)
) STRICT, WITHOUT ROWID;

-- Every act of administration, written in its own transaction. project: empty = of all. id: UUID v7 as lower-case text.
-- detail: a JSON object. Nothing in it is secret.
CREATE TABLE audit_log (
    project TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (project, id)
) STRICT, WITHOUT ROWID;
