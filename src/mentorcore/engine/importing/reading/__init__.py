"""What a source is, before anything of it is decided: read, and held against what was taken."""
