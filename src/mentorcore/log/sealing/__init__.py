"""How personal values are sealed under the keys of the people they are about.

In: a plain value and persons. Out: `Sealed`. The door is `Sealing`; `Keys` is what the host keeps.
Of the log it uses event types and storage.
"""
