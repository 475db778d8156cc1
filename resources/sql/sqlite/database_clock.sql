-- A file goes by the clock of whoever opens it.
SELECT NULL
