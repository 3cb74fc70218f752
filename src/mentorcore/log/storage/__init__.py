"""The contract of a store, and what all stores share.

A store keeps rows of bytes; the door is `Store`. This room uses no other of the log.
"""
