"""What a log or an export is found to be: the verdicts.

The door is `verify_log`. Of the audit it uses merkle, notes, bundle and witness.
"""
