"""What somebody should look at.

In: a snapshot. Out: needs, the most urgent first. The door is `attention`. Of the projections it
uses folding, access, summary and status.
"""
