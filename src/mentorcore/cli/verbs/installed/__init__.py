"""What comes along or is installed: adapters, blueprints, practices, the catalog of events."""
