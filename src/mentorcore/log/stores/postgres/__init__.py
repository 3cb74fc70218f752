"""The log in one schema of a PostgreSQL database."""
