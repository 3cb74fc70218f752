"""The stores: in memory, in an SQLite file, in PostgreSQL.

`opening` chooses one by its address. Only these rooms import a database driver. Of the log they use
storage.
"""
