"""Announcements: what a program tells its people, or some of them, at once."""
