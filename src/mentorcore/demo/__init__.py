"""A complete example program: a school year of mentoring in an invented district, as files."""
