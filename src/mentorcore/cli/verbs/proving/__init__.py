"""Verbs about proofs: checkpoints, receipts, witnesses, exports and their verification."""
