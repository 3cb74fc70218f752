"""Cosigning: a witness, its server and client, and stamps of trusted time.

Of the audit it uses merkle and notes.
"""
