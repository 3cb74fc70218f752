"""What changed between two moments, and which events did it.

In: two snapshots. Out: rows. The door is `Comparison`. Of the projections it uses folding, access,
summary and status.
"""
