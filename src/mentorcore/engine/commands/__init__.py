"""How a command becomes events.

In: a command with actor and key. Out: recorded events, or a refusal. The door is `UnitOfWork`,
which decides several commands on one view of the log and stores them in one append; it is made by
`CommandContext`. Of the engine it uses the indexes.
"""
