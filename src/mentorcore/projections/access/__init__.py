"""Who is shown what.

In: a viewer and a value. Out: the value, `Withheld` or `Erased`. The door is `Redactor`. It uses no
other room of the projections.
"""
