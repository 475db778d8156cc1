-- What is added up and what is taken away are the same rows, whatever another server adds meanwhile.
BEGIN ISOLATION LEVEL REPEATABLE READ
