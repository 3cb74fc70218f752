"""Where the floors meet: the only clock, the only source of ids, decisions and their recording."""
