-- All reads see the same moment.
BEGIN
