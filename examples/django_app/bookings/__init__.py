"""Rooms are booked here for the meetings of mentors."""
