"""The rules of a pairing, one module a part of its life.

`decider` is the table of what may be asked in which situation; the others hold the rules.
"""
