"""What is answered from the log.

In: a question with its viewer and moment. Out: rows. The door is `Queries`. Of the engine it uses
commands (to parse them), indexes and auditing, never importing.
"""
