"""How the tree grows over a log, is signed, proven and published.

The doors are `Sequencer` and `Prover`. Of the audit it uses merkle and notes.
"""
