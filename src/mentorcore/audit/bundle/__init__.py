"""Exports as files: written, read and loaded again.

Of the audit it uses merkle, notes and sequencing.
"""
