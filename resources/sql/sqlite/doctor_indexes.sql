SELECT name, 1 FROM sqlite_master WHERE type = 'index'
