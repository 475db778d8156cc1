-- Of the rows given to claim_keys, those whose key belongs to another event.
SELECT k.project, k."key", k."eventId", k."receivedAt"
FROM json_each(:rows) AS x
JOIN idempotency_keys AS k ON k.project = x.value ->> 'p' AND k."key" = x.value ->> 'k'
WHERE k."eventId" <> x.value ->> 'e'
