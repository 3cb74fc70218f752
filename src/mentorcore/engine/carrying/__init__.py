"""Records of service that people carry: issued from a log's own figures, and received in another.

The door is `Carrying`, which `Engine` answers with.
"""
