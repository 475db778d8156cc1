-- Of the rows given to claim_keys, those whose key belongs to another event.
SELECT k.project, k."key", k."eventId", CAST(round(extract(epoch FROM k."receivedAt") * 1000) AS bigint)
FROM json_to_recordset(CAST(:rows AS json)) AS x (p text, k text, e uuid)
JOIN idempotency_keys AS k ON k.project = x.p AND k."key" = x.k
WHERE k."eventId" <> x.e
