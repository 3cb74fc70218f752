"""Records of service that their owners carry from one institution to another, as one file.

The doors are `write_carried` and `check_carried`. Of the audit it uses merkle, notes and
sequencing.
"""
