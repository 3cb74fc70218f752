"""In: the bytes of a pack's file. Out: the pack, or everything that is wrong with it at once.

What a rule of each kind may say is read off its class, so that a parameter is declared once.
"""
