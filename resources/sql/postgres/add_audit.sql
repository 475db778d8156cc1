INSERT INTO audit_log (project, id, at, subject, action, target, detail)
VALUES (:project, CAST(:id AS uuid), to_timestamp(CAST(:at AS bigint) / 1000.0), :subject, :action, :target,
        CAST(:detail AS jsonb))
