"""Gatherings: workshops, and meetings in which mentors talk with each other."""
