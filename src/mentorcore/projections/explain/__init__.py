"""Why a figure is what it is.

In: a snapshot and a figure of it. Out: the events it rests on. The door is `FigureExplainer`. Of
the projections it uses folding, access, summary, status, attention and history.
"""
