-- For what can be done again when the power fails: a commit is on disk a moment later, and never in part.
SET synchronous_commit = off;

SET statement_timeout = '10min';
