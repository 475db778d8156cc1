-- Events wait behind it: it gives up soon.
BEGIN;

SET LOCAL lock_timeout = '1s'
