INSERT INTO audit_log (project, id, at, subject, action, target, detail)
VALUES (:project, :id, :at, :subject, :action, :target, :detail)
