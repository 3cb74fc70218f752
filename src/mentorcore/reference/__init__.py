"""What can stand in a log, told to people and to programs, and held against older logs."""
