SELECT :position = ''
