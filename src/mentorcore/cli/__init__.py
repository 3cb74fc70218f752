"""The command line: words become one call of the engine, and its answer becomes text or JSON."""
