"""The state of a program in numbers and rows.

In: a snapshot. Out: rows. The door is `status`. Of the projections it uses folding, access and
summary.
"""
