"""Tables in a host's own database, for whoever asks in SQL.

In: events of the log. Out: rows of plain columns, in one transaction with the position that they
are at. The door is `Tables`; what stands in them is declared in `layout` and nowhere else. Nothing
that is sealed ever gets here.
"""
