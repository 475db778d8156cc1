-- lastUsedAt: when the key was last presented, coarsely. replacedBy: the id of the key that a rotation made in its place.
ALTER TABLE api_keys ADD COLUMN "lastUsedAt" timestamptz;

ALTER TABLE api_keys ADD COLUMN "replacedBy" text;

-- Which of those who can log in may see a project. While there is no row at all, projects are open to every login.
-- subject: the token's sub. role: viewer or admin.
CREATE TABLE members (
    project text NOT NULL REFERENCES projects (id),
    subject text NOT NULL,
    role text NOT NULL,
    "createdAt" timestamptz NOT NULL,
    PRIMARY KEY (project, subject)
);

-- Every act of administration, written in its own transaction. project: empty = of all. id: UUID v7. detail: a JSON
-- object. Nothing in it is secret.
CREATE TABLE audit_log (
    project text NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    subject text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    detail jsonb NOT NULL,
    PRIMARY KEY (project, id)
);
