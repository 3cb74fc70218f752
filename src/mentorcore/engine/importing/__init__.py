"""How responses become commands.

In: a source and a mapping. Out: a report. The source is read and compared with what was imported
before; its rows are turned into commands and recorded chunk by chunk. The doors are `ImportRun`
and, for services, `synced`. Of the engine it uses commands and indexes.
"""
