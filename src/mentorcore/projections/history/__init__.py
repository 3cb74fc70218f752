"""What happened, in order, as a reader would tell it.

In: the timeline of one stream. Out: entries. The door is `tell`. Of the projections it uses
folding, access and summary.
"""
