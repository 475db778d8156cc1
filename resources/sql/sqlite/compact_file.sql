-- Gives what is free in the file back to the disk; needs as much room beside it as is in use.
VACUUM
