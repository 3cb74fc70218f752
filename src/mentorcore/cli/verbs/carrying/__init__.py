"""The verbs of records that people carry from one institution's log to another's."""
