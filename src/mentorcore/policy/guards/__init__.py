"""In: the registered packs. Out: what they forbid, as guards of commands of the core."""
