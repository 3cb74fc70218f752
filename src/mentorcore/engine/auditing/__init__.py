"""What is proven and exported.

In: positions and signing keys. Out: checkpoints, receipts, exports and verdicts. The doors are
`LogIntegrity` and `Exports`. Of the engine it uses the indexes.
"""
