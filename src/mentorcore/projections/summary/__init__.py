"""The one fold of the core, on which every view stands.

In: events. Out: `ProgramSnapshot`, all partials of a program at a moment. The doors are `SUMMARY`
and `snapshot`. Of the projections it uses folding and access.
"""
