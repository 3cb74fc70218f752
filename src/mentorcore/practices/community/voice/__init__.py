"""Voices: what people say of mentoring, and where it is published as long as they consent."""
