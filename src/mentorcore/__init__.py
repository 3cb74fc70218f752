"""The event-sourced system of record of peer-mentoring programs."""
