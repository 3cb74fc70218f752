"""What happened, handed on: each event once and in order, to whoever does something about it.

In: events of the log and what handles them. Out: positions that are kept, streams that were parked,
events as CloudEvents. The doors are `Subscription` and `Feed`.
"""
