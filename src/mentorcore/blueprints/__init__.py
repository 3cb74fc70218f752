"""Programs that people run, a folder each: blueprint, mappings, and a year that is made up."""
