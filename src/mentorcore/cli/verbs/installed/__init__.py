"""What comes along or is installed: adapters, practices, the catalog of events."""
