"""How events become bytes, and bytes become events again.

In: an event or a row. Out: bytes or `Recorded`. The door is `Codec`. Of the log it uses event
types, recorded, storage and sealing.
"""
