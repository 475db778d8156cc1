-- Takes the write lock at once, so that a transaction never fails half way because another one writes.
BEGIN IMMEDIATE
