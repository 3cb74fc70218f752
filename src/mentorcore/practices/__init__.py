"""Practices: what a program does beyond the core, each with streams, views and forms of its own."""
