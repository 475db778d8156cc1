-- Large steps take their time. Each commit waits for the disk all the same: other servers count what they see at once.
SET statement_timeout = '10min'
