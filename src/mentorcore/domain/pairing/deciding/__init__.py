"""The rules of a pairing, one module a heading of DOMAIN section 3.4.

`decider` is the table of what may be asked in which situation; the others hold the rules.
"""
