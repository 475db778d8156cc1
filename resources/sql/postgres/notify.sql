-- Only a wake-up: what there is to tell is in the table.
SELECT pg_notify('entvas_announcements', :payload)
