"""The kinds of form of the core, each read in a module of its own."""
