-- Nobody listens here.
SELECT :payload
