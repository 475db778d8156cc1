-- Ends at `until`, or when it would have ended before. Once: a key that is replaced already stays as it is.
UPDATE api_keys SET "replacedBy" = :next, "expiresAt" = min(coalesce("expiresAt", :until), :until)
WHERE project = :project AND id = :id AND "revokedAt" IS NULL AND "replacedBy" IS NULL
  AND ("expiresAt" IS NULL OR "expiresAt" > :now)
RETURNING id
