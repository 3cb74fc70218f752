"""The mutable tables beside the log, one class an index.

In: keyed digests. Out: what stands under them. They are never the truth, and are always written in
the transaction of the append. They use nothing of the engine.
"""
