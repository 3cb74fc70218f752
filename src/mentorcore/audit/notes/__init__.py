"""Checkpoints as signed notes of C2SP, the keys that sign them, and the files they stand in.

Of the audit it uses merkle.
"""
